import { useEffect, useId, useState } from "preact/hooks";
import type { Detail, ResendInput, Resent } from "../types.ts";
import { api, errorText } from "./api.ts";
import { Dialog, Pill, count, toneOfStatus } from "./bits.tsx";
import { decodeBytes, textOf } from "./bytes.ts";
import { detail, select, state } from "./store.ts";

const parseHeaders = (text: string): readonly (readonly [string, string])[] =>
  text
    .split("\n")
    .map((line) => /^([^:\s]+):[ \t]*(.*)$/.exec(line.trim()))
    .flatMap((match) => (match === null ? [] : [[match[1] ?? "", match[2] ?? ""] as const]));

/** Resends one or several requests; shows what will change before anything is sent. */
export const ResendDialog = ({ ids, onClose }: { readonly ids: readonly string[]; readonly onClose: () => void }) => {
  const one = ids.length === 1 && detail.value?.row.id === ids[0] ? detail.value : null;
  // Of several requests, some may have one.
  const hasTimestamp = one?.signing?.content.includes("timestamp") ?? true;
  const original = one === null ? undefined : editable(one);
  const [to, setTo] = useState(state.value?.resendTo ?? "");
  const [mode, setMode] = useState<ResendInput["mode"]>("re-sign");
  const [body, setBody] = useState<string | undefined>(undefined);
  const [headers, setHeaders] = useState("");
  const [preview, setPreview] = useState<Resent | null>(null);
  const [sent, setSent] = useState<Resent | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [isSending, setSending] = useState(false);
  const id = useId();

  const added = parseHeaders(headers);
  const input: ResendInput = {
    ids,
    mode,
    ...(to.trim() === "" ? {} : { to: to.trim() }),
    ...(body === undefined || body === original ? {} : { body: { encoding: "utf8", data: body } }),
    ...(added.length === 0 ? {} : { headers: added.map(([name, value]): [string, string] => [name, value]) }),
  };
  const wanted = JSON.stringify(input);
  useEffect(() => {
    let isCurrent = true;
    const timer = setTimeout(() => {
      api.resend({ ...input, preview: true }).then(
        (result) => {
          if (!isCurrent) return;
          setPreview(result);
          setFailure(null);
        },
        (error: unknown) => {
          if (!isCurrent) return;
          setPreview(null);
          setFailure(errorText(error));
        },
      );
    }, 150);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [wanted]);

  const send = async (): Promise<void> => {
    setSending(true);
    try {
      setSent(await api.resend(input));
      setFailure(null);
    } catch (error) {
      setFailure(errorText(error));
    } finally {
      setSending(false);
    }
  };

  if (sent !== null) return <SentDialog sent={sent} onClose={onClose} />;
  return (
    <Dialog title={ids.length === 1 ? "Resend this request" : `Resend ${ids.length} requests`} onClose={onClose}>
      <div class="field">
        <label for={`${id}to`}>To</label>
        <input
          id={`${id}to`}
          type="text"
          value={to}
          spellcheck={false}
          placeholder="http://localhost:3000/webhooks"
          onInput={(event) => setTo(event.currentTarget.value)}
        />
        {state.value?.canForwardAnywhere === true ? null : (
          <span class="soft small">This machine only; --forward-anywhere allows other hosts.</span>
        )}
      </div>
      <fieldset>
        <legend>Signature</legend>
        <label class="choice">
          <input type="radio" name="mode" checked={mode === "re-sign"} onChange={() => setMode("re-sign")} />
          <span>
            Re-sign{" "}
            <span class="soft">
              {hasTimestamp
                ? "with a fresh timestamp, as the platform's next attempt"
                : "as the platform's next attempt"}
            </span>
          </span>
        </label>
        <label class="choice">
          <input type="radio" name="mode" checked={mode === "as-was"} onChange={() => setMode("as-was")} />
          <span>
            As it was{" "}
            <span class="soft">
              {hasTimestamp ? "the same bytes, timestamp and signature" : "the same bytes and signature"}
            </span>
          </span>
        </label>
      </fieldset>
      {original === undefined ? null : (
        <div class="field">
          {body === undefined ? (
            <button type="button" class="link start" onClick={() => setBody(original)}>
              Edit the body
            </button>
          ) : (
            <>
              <label for={`${id}body`}>Body</label>
              <textarea
                id={`${id}body`}
                rows={8}
                spellcheck={false}
                value={body}
                onInput={(event) => setBody(event.currentTarget.value)}
              />
              {body === original ? null : (
                <span class={`small ${mode === "re-sign" ? "soft" : "warn tone"}`}>
                  {mode === "re-sign"
                    ? "The edited body is signed again before it is sent."
                    : "The old signature does not match the edited body: choose Re-sign unless that is what you test."}
                </span>
              )}
            </>
          )}
        </div>
      )}
      <details>
        <summary>Headers to set</summary>
        <textarea
          rows={3}
          aria-label="Headers to set, one per line"
          placeholder="X-Debug: 1"
          spellcheck={false}
          value={headers}
          onInput={(event) => setHeaders(event.currentTarget.value)}
        />
      </details>
      <section aria-label="What will change" aria-live="polite">
        <h3 class="over">What will change</h3>
        {failure === null ? <Changes preview={preview} /> : <p class="bad tone">{failure}</p>}
      </section>
      <div class="bar">
        <span class="spring" />
        <button type="button" class="main" disabled={isSending || preview === null} onClick={() => void send()}>
          {isSending ? "Sending…" : ids.length === 1 ? "Send" : `Send ${ids.length}`}
        </button>
      </div>
    </Dialog>
  );
};

/** The body as text, if an editor can hold it without changing any byte; otherwise undefined. */
const editable = ({ body }: Detail): string | undefined => {
  if (body === null || body.kind === "binary" || body.truncated || body.overflow) return undefined;
  const text = textOf(decodeBytes(body.preview));
  // A textarea turns CR LF into LF.
  return text.includes("\r") || text.includes("\uFFFD") ? undefined : text;
};

const Changes = ({ preview }: { readonly preview: Resent | null }) => {
  if (preview === null) return <p class="soft">…</p>;
  const [first] = preview.results;
  if (first === undefined) return null;
  const failed = preview.results.find(({ error }) => error !== null);
  return (
    <>
      {failed === undefined ? null : <p class="bad tone">{failed.error}</p>}
      <p class="small">
        <span class="soft">{preview.results.length > 1 ? "The first goes to " : "Goes to "}</span>
        <bdi class="mono">{first.url}</bdi>
      </p>
      {first.changes.length === 0 ? (
        <p class="soft">Nothing: it goes out as it arrived.</p>
      ) : (
        <table class="sides">
          <thead>
            <tr>
              <th scope="col">What</th>
              <th scope="col">Was</th>
              <th scope="col">Will be</th>
            </tr>
          </thead>
          <tbody>
            {first.changes.map((change, index) => (
              <tr key={index}>
                <th scope="row">
                  <bdi>{change.what}</bdi>
                </th>
                <td class="mono soft">
                  <bdi>{change.from || "–"}</bdi>
                </td>
                <td class="mono">
                  <bdi>{change.to || "–"}</bdi>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {preview.results.length > 1 ? (
        <p class="soft small">The other {preview.results.length - 1} change in the same way.</p>
      ) : null}
    </>
  );
};

const SentDialog = ({ sent: { results }, onClose }: { readonly sent: Resent; readonly onClose: () => void }) => {
  const failed = results.filter(({ error }) => error !== null).length;
  return (
    <Dialog
      title={failed === 0 ? `Sent ${count(results.length, "request")}` : `${failed} of ${results.length} not sent`}
      onClose={onClose}
    >
      <ul class="results">
        {results.map(({ id, newId, url, status, error }) => (
          <li key={id} class="bar">
            <Pill tone={error === null ? toneOfStatus(status) : "bad"}>{status ?? "failed"}</Pill>
            <span class="spring">
              <bdi>{error ?? url}</bdi>
            </span>
            {newId === null ? null : (
              <button
                type="button"
                onClick={() => {
                  onClose();
                  select(newId);
                }}
              >
                Show
              </button>
            )}
          </li>
        ))}
      </ul>
      <div class="bar">
        <span class="spring" />
        <button type="button" class="main" onClick={onClose}>
          Done
        </button>
      </div>
    </Dialog>
  );
};
