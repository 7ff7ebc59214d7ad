import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { formatDuration } from "../../values/duration.ts";
import type { Detail, Row } from "../types.ts";
import {
  Copyable,
  Pill,
  Time,
  signOfState,
  statusText,
  toneOfState,
  toneOfStatus,
  useRemembered,
  wordOfState,
} from "./bits.tsx";
import { compareWithBefore } from "./actions.ts";
import { withSpacesSeen } from "./bytes.ts";
import { part, select, state } from "./store.ts";

const maxPlaces = 3;

/** The verdict in a sentence, with what the request is and the response it got. */
export const VerdictCard = ({
  row,
  isProved = false,
  links,
  children,
}: {
  readonly row: Row;
  readonly isProved?: boolean;
  readonly links?: ComponentChildren;
  readonly children: ComponentChildren;
}) => {
  const { state: verdict, cause, sentence } = row.verdict;
  const tone = toneOfState[verdict];
  return (
    <section class={`card verdict ${tone}`} aria-label="Verdict">
      <div class="bar">
        <Pill tone={tone}>
          <span aria-hidden="true">{signOfState[verdict]}</span> {wordOfState[verdict]}
        </Pill>
        {cause === null ? null : <Pill tone={tone}>{cause}</Pill>}
        {isProved ? <Pill tone="good">proved</Pill> : null}
        <span class="spring" />
        <Pill tone={toneOfStatus(row.status)}>
          {row.pending ? "waiting for its response" : statusText(row)}
          {row.durationMs === null ? "" : ` · ${formatDuration(row.durationMs)}`}
        </Pill>
      </div>
      <h2>
        <bdi>{sentence}</bdi>
      </h2>
      <p class="facts">
        <span class="mono">
          {row.method} <bdi>{row.target}</bdi>
        </span>
        {row.provider === null ? null : <span>{row.provider}</span>}
        {row.eventType === null ? null : <bdi>{row.eventType}</bdi>}
        {row.eventId === null ? null : <bdi class="mono">{row.eventId}</bdi>}
        <Time at={row.at} />
        {row.source === null ? null : <bdi>{row.source}</bdi>}
        {links}
      </p>
      {children}
    </section>
  );
};

/** Whether the signature is valid, and if not, why, with proof and fix. */
export const Why = ({ one }: { readonly one: Detail }) => {
  const { row, findings, diff } = one;
  const together = findings.filter(({ certain }) => certain).length;
  const links = (
    <>
      {row.resentFrom === null ? null : <Link id={row.resentFrom}>resent from this request</Link>}
      {one.resends.length === 0 ? null : <Link id={one.resends.at(-1) ?? ""}>its latest resend</Link>}
    </>
  );
  return (
    <VerdictCard row={row} isProved={findings[0]?.certain === true} links={links}>
      {one.flags.map((flag) => (
        <p class="warn tone" key={flag}>
          ⚠ {flag}
        </p>
      ))}
      {one.flags.length > 0 && one.attempts[0]?.id !== row.id ? (
        <button type="button" class="link" onClick={compareWithBefore}>
          Compare with the attempt before
        </button>
      ) : null}
      {together < 2 ? null : <p>{together} changes combined: the signature matches once all of them are undone.</p>}
      {findings.length === 0 ? null : (
        <ol class="findings">
          {findings.map((finding, index) => (
            <li class="finding" key={index}>
              <h3>
                {finding.title}
                {(index === 0 && finding.certain) || finding.code === "unexplained" ? null : (
                  <Pill tone={finding.certain ? "good" : "warn"}>{finding.certain ? "proved" : "likely"}</Pill>
                )}
              </h3>
              <p>{withoutRepeat(finding.message, row.verdict.sentence)}</p>
              {index === 0 && diff !== null ? <Places diff={diff} /> : null}
            </li>
          ))}
        </ol>
      )}
      <Fix one={one} />
      {findings.some(({ code }) => code === "unexplained") ? <NextSteps row={row} /> : null}
      {one.verdict?.notes.map((note) => (
        <p class="soft note" key={note}>
          {note}
        </p>
      ))}
    </VerdictCard>
  );
};

/** What to check if no cause was found: the secret first, since that is the usual culprit. */
const NextSteps = ({ row }: { readonly row: Row }) => {
  const secrets = state.value?.providers.find(({ id }) => id === row.provider)?.secrets ?? [];
  return (
    <div class="next">
      {secrets.length === 0 ? null : (
        <p>
          Is the secret the right one? Tried: <bdi class="mono">{secrets.join(", ")}</bdi>
        </p>
      )}
      <p>
        Do you have the body as it was sent?{" "}
        <button
          type="button"
          class="link"
          onClick={() => {
            part.value = "Compare";
          }}
        >
          Paste it and compare
        </button>
      </p>
    </div>
  );
};

/** A message without its first sentence if the heading already says it. */
const withoutRepeat = (message: string, sentence: string): string =>
  message.startsWith(sentence) ? message.slice(sentence.length).trimStart() : message;

const Link = ({ id, children }: { readonly id: string; readonly children: string }) => (
  <button type="button" class="link" onClick={() => select(id)}>
    {children}
  </button>
);

/** The first places where the body differs from the one that was signed. */
const Places = ({ diff }: { readonly diff: NonNullable<Detail["diff"]> }) => {
  if (diff.ranges.length === 0) return null;
  const more = diff.ranges.length - maxPlaces;
  return (
    <div class="wide-table">
      <table class="places">
        <thead>
          <tr>
            <th scope="col">Byte</th>
            <th scope="col">Received</th>
            <th scope="col">Signed</th>
          </tr>
        </thead>
        <tbody>
          {diff.ranges.slice(0, maxPlaces).map((range) => (
            <tr key={range.from}>
              <th scope="row">{range.from}</th>
              <td>
                <Bytes text={range.received} kind="" />
              </td>
              <td>
                <Bytes text={range.expected} kind="put" />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <button
        type="button"
        class="link"
        onClick={() => {
          part.value = "Request";
          requestAnimationFrame(() => document.querySelector(".body mark")?.scrollIntoView({ block: "center" }));
        }}
      >
        {more > 0 ? `Show all ${diff.ranges.length}${diff.complete ? "" : "+"} in the body` : "Show in the body"}
      </button>
    </div>
  );
};

const Bytes = ({ text, kind }: { readonly text: string; readonly kind: string }) =>
  text === "" ? <span class="soft">nothing</span> : <mark class={`mono ${kind}`}>{withSpacesSeen(text)}</mark>;

/** What to change, with code for the selected stack. */
const Fix = ({ one: { fixes, stack } }: { readonly one: Detail }) => {
  const id = useId();
  const [remembered, remember] = useRemembered("stack");
  if (fixes.length === 0) return null;
  const names = state.value?.stacks ?? [];
  const selectedStack = [remembered, stack, names[0]].find(
    (name) => name !== null && name !== undefined && names.includes(name),
  );
  return (
    <div class="fix">
      <div class="bar">
        <h3 class="over">Fix</h3>
        {fixes.some(({ stacks }) => stacks.length > 0) ? (
          <>
            <label for={id} class="soft">
              for
            </label>
            <select id={id} value={selectedStack ?? ""} onChange={(event) => remember(event.currentTarget.value)}>
              {names.map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          </>
        ) : null}
      </div>
      {[...new Set(fixes.map(({ text }) => text))].map((text) => {
        // Findings with the same cause share one fix.
        const fix = fixes.find((one) => one.text === text);
        const code = fix?.stacks.find((one) => one.stack === selectedStack)?.code;
        return (
          <div key={text} class="one-fix">
            <p>{text}</p>
            {code === undefined ? null : <Copyable text={code} label="the fix" />}
          </div>
        );
      })}
    </div>
  );
};
