import { HookproofError } from "../errors.ts";
import { findingCodes } from "../signature/verdict.ts";
import { nearest } from "../values/nearest.ts";

/** What `--until` can look at. */
export interface Matchable {
  readonly provider: string | null;
  readonly eventType: string | null;
  readonly eventId: string | null;
  /** The counted attempt. */
  readonly attempt: number;
  readonly method: string;
  readonly path: string;
  /** `valid`, `invalid` or `unverified`. */
  readonly verdict: string;
  readonly cause: string | null;
}

type Key = "type" | "id" | "verdict" | "provider" | "attempt" | "method" | "path";

const read: Readonly<Record<Key, (from: Matchable) => readonly (string | null)[]>> = {
  type: (from) => [from.eventType],
  id: (from) => [from.eventId],
  verdict: (from) => [from.verdict, from.cause],
  provider: (from) => [from.provider],
  attempt: (from) => [String(from.attempt)],
  method: (from) => [from.method],
  path: (from) => [from.path],
};

const isKey = (text: string): text is Key => Object.hasOwn(read, text);

/**
 * Parses `type=invoice.*,verdict=valid`: conditions that one request must meet all of. `*` stands
 * for anything; a verdict is `valid`, `invalid`, `unverified` or a finding's code.
 * @throws HookproofError `usage`
 */
export const parseMatch = (text: string): ((from: Matchable) => boolean) => {
  const conditions = text.split(",").map((item) => {
    const at = item.indexOf("=");
    const key = item.slice(0, Math.max(at, 0)).trim();
    const wanted = item.slice(at + 1).trim();
    if (!isKey(key) || wanted === "") {
      throw new HookproofError("usage", `--until '${text}': '${item}' is not a condition`, {
        hint: `write one of ${Object.keys(read).join("=…, ")}=…, several with commas between`,
      });
    }
    if (key === "verdict") refuseVerdict(text, wanted);
    const pattern = globPattern(wanted);
    return (from: Matchable): boolean => read[key](from).some((value) => value !== null && pattern.test(value));
  });
  return (from) => conditions.every((holds) => holds(from));
};

/** A verdict is one of few words: another would be waited for until the time runs out. @throws HookproofError `usage` */
const refuseVerdict = (text: string, wanted: string): void => {
  const pattern = globPattern(wanted);
  const known = ["valid", "invalid", "unverified", ...findingCodes];
  if (known.some((one) => pattern.test(one))) return;
  const near = nearest(wanted, known);
  throw new HookproofError("usage", `--until '${text}': no verdict is '${wanted}'`, {
    hint: near === undefined ? "write verdict=valid, invalid, unverified or a finding's code" : `did you mean ${near}?`,
  });
};

const globPattern = (text: string): RegExp =>
  new RegExp(
    `^${text
      .split("*")
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"))
      .join(".*")}$`,
    "s",
  );
