import { HookproofError } from "../errors.ts";
import { findingCodes } from "../signature/verdict.ts";
import { headerValues } from "../request/request.ts";
import type { HeaderPair } from "../request/request.ts";
import { nearest } from "../values/nearest.ts";

/** What the conditions of `--until` and of a route can look at. */
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
  readonly headers: readonly HeaderPair[];
  /** What the sender was answered, once it was; null where nothing was sent. */
  readonly status?: number | null;
  /** What each target said, once all did; null where one said nothing. */
  readonly forwards?: readonly (number | null)[];
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

export type Match = (from: Matchable) => boolean;

/**
 * Parses `type=invoice.*,verdict=valid`: conditions that one request must meet all of. `*` stands
 * for anything; a verdict is `valid`, `invalid`, `unverified` or a finding's code; `header.NAME` is any header.
 * `status` is what the sender got, `forward` what every target said: both are known only in the end.
 * @param option whose value it is, for errors
 * @param ended whether it is asked once a request has its response
 * @throws HookproofError `usage`
 */
export const parseMatch = (text: string, option = "--until", ended = true): Match => {
  const conditions = text.split(",").map((item): Match => {
    const at = item.indexOf("=");
    const key = item.slice(0, Math.max(at, 0)).trim();
    const wanted = item.slice(at + 1).trim();
    if (ended && isOutcome(key)) return outcomeMatch(key, wanted, `${option} '${text}'`);
    const values = readerOf(key);
    if (values === undefined || wanted === "") {
      throw new HookproofError("usage", `${option} '${text}': '${item}' is not a condition`, {
        hint: `write one of ${[...Object.keys(read), "header.NAME", ...(ended ? ["status", "forward"] : [])].join("=…, ")}=…, comma-separated`,
      });
    }
    if (key === "verdict") refuseVerdict(`${option} '${text}'`, wanted);
    const pattern = globPattern(wanted);
    return (from) => values(from).some((value) => value !== null && pattern.test(value));
  });
  return (from) => conditions.every((holds) => holds(from));
};

type Outcome = "status" | "forward";
const isOutcome = (key: string): key is Outcome => key === "status" || key === "forward";

/** @throws HookproofError `usage` for what is not a status */
const outcomeMatch = (key: Outcome, wanted: string, where: string): Match => {
  if (!/^[1-5](?:\d\d|xx)$/i.test(wanted))
    throw new HookproofError("usage", `${where}: '${wanted}' is not a status`, {
      hint: `write ${key}=2xx or ${key}=503`,
    });
  const pattern = new RegExp(`^${wanted.replace(/x/gi, "\\d")}$`);
  const fits = (status: number | null): boolean => status !== null && pattern.test(String(status));
  return ({ status = null, forwards = [] }) =>
    key === "status" ? fits(status) : forwards.length > 0 && forwards.every(fits);
};

const readerOf = (key: string): ((from: Matchable) => readonly (string | null)[]) | undefined => {
  if (isKey(key)) return read[key];
  const [, name] = /^header\.(.+)$/i.exec(key) ?? [];
  return name === undefined ? undefined : ({ headers }) => headerValues(headers, name);
};

/** A verdict is one of few words: another would be waited for until the time runs out. @throws HookproofError `usage` */
const refuseVerdict = (where: string, wanted: string): void => {
  const pattern = globPattern(wanted);
  const known = ["valid", "invalid", "unverified", ...findingCodes];
  if (known.some((one) => pattern.test(one))) return;
  const near = nearest(wanted, known);
  throw new HookproofError("usage", `${where}: '${wanted}' is not a verdict`, {
    hint: near === undefined ? "write verdict=valid, invalid, unverified or a finding's code" : `did you mean ${near}?`,
  });
};

/** A text in which `*` stands for anything. */
export const globPattern = (text: string): RegExp =>
  new RegExp(
    `^${text
      .split("*")
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"))
      .join(".*")}$`,
    "s",
  );
