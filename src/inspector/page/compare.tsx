import { useEffect, useId, useState } from "preact/hooks";
import type { CompareInput, Compared, Detail } from "../types.ts";
import { api, errorText } from "./api.ts";
import { Pill, clock, count } from "./bits.tsx";
import { BodyView } from "./body.tsx";
import { marked, partnerOf, rows } from "./store.ts";

/** Shows how the request differs from another one or from a pasted body. */
export const CompareView = ({ one }: { readonly one: Detail }) => {
  const id = useId();
  const [picked, setPicked] = useState<string | null>(null);
  const other = picked ?? partnerOf(one);
  const [pasted, setPasted] = useState<string | null>(other === null ? "" : null);
  const [compared, setCompared] = useState<Compared | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  useEffect(() => {
    const input = inputOf(one.row.id, other, pasted);
    if (input === null) return setCompared(null);
    let isCurrent = true;
    api.compare(input).then(
      (result) => {
        if (!isCurrent) return;
        setCompared(result);
        setFailure(null);
      },
      (error: unknown) => {
        if (isCurrent) setFailure(errorText(error));
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [one.row.id, other, pasted]);
  return (
    <>
      <div class="card">
        <div class="head">
          <h2>Compare with</h2>
          <select
            aria-label="Compare with"
            value={pasted === null ? (other ?? "") : "pasted"}
            onChange={(event) => {
              const { value } = event.currentTarget;
              setPasted(value === "pasted" ? "" : null);
              if (value !== "pasted") setPicked(value);
            }}
          >
            {optionsFor(one, other).map(({ id: value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
            <option value="pasted">a pasted body</option>
          </select>
        </div>
        {pasted === null ? (
          <p class="soft small">Mark another request (x) to add it to this list.</p>
        ) : (
          <div class="pasted">
            <label for={id} class="soft small">
              Another body
            </label>
            <textarea id={id} rows={6} value={pasted} onInput={(event) => setPasted(event.currentTarget.value)} />
          </div>
        )}
        {failure === null ? null : <p class="bad tone">{failure}</p>}
      </div>
      {compared === null ? null : <Result compared={compared} isPasted={pasted !== null} />}
    </>
  );
};

/**
 * The other request is side `a` (what was sent), this one is `b` (what was received). A pasted body is compared with
 * this request as `a`.
 */
const inputOf = (id: string, other: string | null, pasted: string | null): CompareInput | null => {
  if (pasted !== null) return pasted === "" ? null : { a: id, pasted: { encoding: "utf8", data: pasted } };
  return other === null ? null : { a: other, b: id };
};

const optionsFor = (one: Detail, other: string | null): readonly { readonly id: string; readonly label: string }[] => {
  const attempts = one.attempts
    .filter(({ id }) => id !== one.row.id)
    .slice(-20)
    .map(({ id, attempt, at }) => ({ id, label: `attempt ${attempt ?? "?"} of this event, ${clock(at)}` }));
  const others = new Set([...(other === null ? [] : [other]), ...marked.value]);
  for (const { id } of [one.row, ...attempts]) others.delete(id);
  const rest = [...others].flatMap((id) => {
    const row = rows.byId(id);
    return row === undefined ? [] : [{ id, label: `${row.eventType ?? row.path}, ${clock(row.at)}` }];
  });
  return [...rest, ...attempts];
};

/** Names a side as the list does: by time and attempt. */
const nameOf = (label: string): string => {
  const row = rows.byId(label);
  if (row === undefined) return label;
  return `${clock(row.at)}${row.attempt === null ? "" : `, attempt ${row.attempt}`}`;
};

const Result = ({ compared: { a, b, comparison }, isPasted }: { compared: Compared; isPasted: boolean }) => {
  const { events, body, headers, findings } = comparison;
  const changes = [
    ...(comparison.method === null ? [] : [{ name: "method", kind: "value", ...comparison.method }]),
    ...(comparison.target === null ? [] : [{ name: "target", kind: "value", ...comparison.target }]),
    ...headers.map((one) => ({ ...one, sent: one.sent.join("\n"), received: one.received.join("\n") })),
  ];
  const sent = body.places.map(({ sentAt, sentLength }) => ({ from: sentAt, to: sentAt + sentLength }));
  const received = body.places.map(({ receivedAt, receivedLength }) => ({
    from: receivedAt,
    to: receivedAt + receivedLength,
  }));
  return (
    <>
      <div class="card">
        <div class="bar">
          {body.identical ? (
            <Pill tone="good">✓ bodies are identical</Pill>
          ) : (
            <Pill tone="bad">
              ✗ bodies differ{body.placeCount === null ? "" : ` in ${count(body.placeCount, "place")}`}, first at byte{" "}
              {body.firstByte}
            </Pill>
          )}
          {isPasted ? null : changes.length === 0 ? (
            <Pill tone="good">✓ headers are identical</Pill>
          ) : (
            <Pill tone="warn">{count(changes.length, "other difference")}</Pill>
          )}
        </div>
        {events === null ? null : (
          <p>
            These are two different events (<bdi class="mono">{events.sent}</bdi>,{" "}
            <bdi class="mono">{events.received}</bdi>).
          </p>
        )}
        {findings.length === 0 ? null : (
          <ul class="findings">
            {findings.map((finding, index) => (
              <li key={index}>
                <p>{finding.message}</p>
                <p class="soft">Usually: {finding.culprit}</p>
              </li>
            ))}
          </ul>
        )}
      </div>
      {isPasted || changes.length === 0 ? null : (
        <div class="card">
          <h2>Headers</h2>
          <div class="wide-table">
            <table class="sides">
              <thead>
                <tr>
                  <th scope="col">Header</th>
                  <th scope="col">{nameOf(a.label)}</th>
                  <th scope="col">{nameOf(b.label)}</th>
                </tr>
              </thead>
              <tbody>
                {changes.map((one, index) => (
                  <tr key={index}>
                    <th scope="row">
                      <bdi class="mono">{one.name}</bdi>
                      <div class="soft small">{one.kind}</div>
                    </th>
                    <td class="mono">
                      <bdi>{one.sent}</bdi>
                    </td>
                    <td class="mono">
                      <bdi>{one.received}</bdi>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </div>
      )}
      <div class="two">
        <div class="card">
          <BodyView body={a.body} ranges={sent} title={nameOf(a.label)} />
        </div>
        <div class="card">
          <BodyView body={b.body} ranges={received} title={nameOf(b.label)} />
        </div>
      </div>
    </>
  );
};
