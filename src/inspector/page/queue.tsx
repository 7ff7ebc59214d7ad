import { useEffect, useId, useState } from "preact/hooks";
import { formatSize } from "../../values/size.ts";
import type { QueueList, Replayed } from "../types.ts";
import { api, errorText } from "./api.ts";
import { Pill, Time, count } from "./bits.tsx";
import { state } from "./store.ts";

/** Shows the dead-letter queue and replays its events. */
export const QueueView = () => {
  const id = useId();
  const [list, setList] = useState<QueueList | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const [typed, setTo] = useState<string | null>(null);
  const to = typed ?? state.value?.resendTo ?? "";
  const [replayed, setReplayed] = useState<Replayed | null>(null);
  const [isBusy, setBusy] = useState(false);
  const load = (): Promise<void> =>
    api.queue().then(
      (result) => {
        setList(result);
        setFailure(null);
      },
      (error: unknown) => setFailure(errorText(error)),
    );
  useEffect(() => void load(), []);
  const replay = async (): Promise<void> => {
    setBusy(true);
    try {
      setReplayed(
        await api.replay({
          ids: picked.size === 0 ? "all" : [...picked],
          ...(to.trim() === "" ? {} : { to: to.trim() }),
        }),
      );
      setPicked(new Set());
      await load();
    } catch (error) {
      setFailure(errorText(error));
    } finally {
      setBusy(false);
    }
  };
  const toggle = (entry: string): void => {
    const next = new Set(picked);
    if (!next.delete(entry)) next.add(entry);
    setPicked(next);
  };
  const entries = list?.entries ?? [];
  return (
    <div class="scroll">
      <div class="sheets">
        <section class="card" aria-label="Dead-letter queue">
          <div class="head">
            <h2 class="title">Dead-letter queue</h2>
            <span class="soft small spring">
              {list === null ? "" : `${count(entries.length, "event")}${list.truncated ? " and more" : ""}`}
              {list?.queue === null || list === null ? "" : ` · ${list.queue}`}
            </span>
            <button type="button" class="quiet" onClick={() => void load()}>
              Refresh
            </button>
          </div>
          {failure === null ? null : <p class="bad tone">{failure}</p>}
          {list?.problems.map((problem) => (
            <p class="warn tone" key={problem}>
              {problem}
            </p>
          ))}
          {replayed === null ? null : (
            <p class="bar" role="status">
              <Pill tone="good">{replayed.delivered} delivered</Pill>
              {replayed.failed > 0 ? <Pill tone="bad">{replayed.failed} failed</Pill> : null}
              <span class="soft">{replayed.results.find(({ error }) => error !== null)?.error ?? ""}</span>
            </p>
          )}
          {list !== null && entries.length === 0 ? (
            <p class="soft">
              Empty. “Add to the dead-letter queue” in a request's “More” menu keeps it here to replay later.
            </p>
          ) : null}
          {entries.length > 0 && state.value?.can.replay === true ? (
            <div class="bar replay">
              <label for={id}>Replay to</label>
              <input
                id={id}
                type="text"
                value={to}
                spellcheck={false}
                placeholder="http://localhost:3000/webhooks"
                onInput={(event) => setTo(event.currentTarget.value)}
              />
              <button type="button" class="main" disabled={isBusy || to.trim() === ""} onClick={() => void replay()}>
                {isBusy ? "Replaying…" : picked.size === 0 ? "Replay all" : `Replay ${picked.size}`}
              </button>
            </div>
          ) : null}
          {entries.length === 0 ? null : (
            <div class="wide-table">
              <table class="types left">
                <thead>
                  <tr>
                    <th scope="col">
                      <span class="hidden-text">Pick</span>
                    </th>
                    <th scope="col">Event</th>
                    <th scope="col">Failed at</th>
                    <th scope="col">Why</th>
                    <th scope="col">Attempts</th>
                    <th scope="col">Size</th>
                  </tr>
                </thead>
                <tbody>
                  {entries.map((entry) => (
                    <tr key={entry.id}>
                      <td>
                        <input
                          type="checkbox"
                          aria-label={`Pick ${entry.eventType ?? entry.id}`}
                          checked={picked.has(entry.id)}
                          onChange={() => toggle(entry.id)}
                        />
                      </td>
                      <th scope="row">
                        <bdi>{entry.eventType ?? "unknown"}</bdi>
                        <div class="soft small mono">
                          <bdi>{entry.eventId ?? entry.id}</bdi>
                        </div>
                      </th>
                      <td>
                        <Time at={entry.failedAt} />
                      </td>
                      <td>
                        {entry.status === null ? null : <Pill tone="bad">{entry.status}</Pill>}{" "}
                        <bdi>{entry.reason}</bdi>
                      </td>
                      <td>{entry.attempts}</td>
                      <td>{formatSize(entry.bytes)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
        </section>
      </div>
    </div>
  );
};
