import type { RequestEvent, Unverified } from "../listener/events.ts";
import type { Verdict } from "../signature/verdict.ts";
import type { FindingCode } from "../signature/verdict.ts";
import { capitalized } from "../values/sentence.ts";
import { before } from "../values/cut.ts";
import type { Mask } from "./mask.ts";
import { titles } from "./titles.ts";
import type { Row } from "./types.ts";

/** Ids, types and paths come from untrusted senders; the list shows at most this many characters. */
const longest = 300;

const cut = (text: string): string => (text.length > longest ? `${text.slice(0, longest)}…` : text);
const maskedText = (text: string | null, mask: Mask): string | null => (text === null ? null : cut(mask.text(text)));

type RowVerdict = Row["verdict"];

const unverified: Readonly<Record<Unverified, RowVerdict>> = {
  "no-provider": { state: "unsigned", cause: null, sentence: "It has no signature of a known platform." },
  "no-secret": { state: "unknown", cause: null, sentence: "Not verified: no secret is known for this platform." },
  undocumented: {
    state: "unknown",
    cause: null,
    sentence: "Not verified: the platform does not document its signature.",
  },
  unsigned: { state: "unknown", cause: null, sentence: "Not verified: the platform does not sign its challenge." },
  "too-large": { state: "unknown", cause: null, sentence: "Not verified: the body is larger than --max-body." },
  failed: { state: "unknown", cause: null, sentence: "Not verified: examining the request failed." },
};

/** Most requests have the same few verdicts; sharing the objects saves memory. */
const shared = new Map<string, RowVerdict>();
const maxShared = 1000;

/** A verdict in one sentence. */
export const rowVerdict = (verdict: Verdict | undefined, why: Unverified | null, mask: Mask): RowVerdict => {
  if (verdict === undefined) return unverified[why ?? "no-provider"];
  const made: RowVerdict = verdict.valid
    ? { state: "valid", cause: null, sentence: `The signature matches ${verdict.matchedSecret ?? "a known secret"}.` }
    : { state: "invalid", cause: verdict.cause, sentence: mask.text(invalidSentence(verdict)) };
  const existing = shared.get(made.sentence);
  if (existing?.state === made.state && existing.cause === made.cause) return existing;
  if (shared.size < maxShared) shared.set(made.sentence, made);
  return made;
};

const invalidSentence = ({ findings, cause }: Verdict): string => {
  const [first] = findings;
  if (first === undefined) return `${titles[cause ?? "unexplained"]}.`;
  const [sentence = ""] = first.message.split(/(?<=\.) (?=[A-Z])/, 1);
  const text = cut(capitalized(sentence));
  return /[.…]$/.test(text) ? text : `${text}.`;
};

/** A verdict of which only the cause was recorded. */
export const recordedVerdict = (valid: boolean, cause: string | null): RowVerdict =>
  valid
    ? { state: "valid", cause: null, sentence: "The signature was valid when it arrived." }
    : { state: "invalid", cause, sentence: `${isCode(cause) ? titles[cause] : titles.unexplained}.` };

const isCode = (text: string | null): text is FindingCode => text !== null && Object.hasOwn(titles, text);

/** The row of a received request. */
export const rowOf = (event: RequestEvent, bytes: number, mask: Mask): Omit<Row, "number"> => {
  const target = cut(mask.target(event.target));
  return {
    id: event.id,
    at: event.receivedAt,
    provider: event.provider,
    eventType: maskedText(event.eventType, mask),
    eventId: maskedText(event.eventId, mask),
    attempt: event.attempt.counted,
    verdict: rowVerdict(event.verdict, event.unverified, mask),
    pending: true,
    kind: null,
    status: null,
    durationMs: null,
    method: event.method,
    target,
    path: pathIn(target),
    bytes,
    resentFrom: null,
    source: null,
  };
};

/** The path of a request target, in origin or absolute form. */
export const pathIn = (target: string): string => before(target.replace(/^https?:\/\/[^/?]*/i, ""), "?#") || "/";
