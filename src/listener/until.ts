import { HookproofError } from "../errors.ts";
import { findingCodes } from "../signature/verdict.ts";
import { headerValues } from "../request/request.ts";
import type { HeaderPair } from "../request/request.ts";
import { nearest } from "../values/nearest.ts";

/** The facts that conditions of `--until` and of routes can test. */
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
  /** The status that the sender got, once there is a response; null if none was sent. */
  readonly status?: number | null;
  /** The status from each target, once all have responded; null for a target that didn't. */
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
 * Parses `type=invoice.*,verdict=valid`: conditions that a request must all meet. `*` matches anything; a verdict is
 * `valid`, `invalid`, `unverified` or a finding's code; `header.NAME` is any header. `status` is the response to the
 * sender, `forward` that of every target; both are known only at the end.
 * @param option the option's name, for errors
 * @param ended whether it is tested after the response
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

/** @throws HookproofError `usage` if it isn't a status */
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

/** Rejects an unknown verdict, which would be waited for until the timeout. @throws HookproofError `usage` */
const refuseVerdict = (where: string, wanted: string): void => {
  const pattern = globPattern(wanted);
  const known = ["valid", "invalid", "unverified", ...findingCodes];
  if (known.some((one) => pattern.test(one))) return;
  const near = nearest(wanted, known);
  throw new HookproofError("usage", `${where}: '${wanted}' is not a verdict`, {
    hint: near === undefined ? "write verdict=valid, invalid, unverified or a finding's code" : `did you mean ${near}?`,
  });
};

/** A pattern for text in which `*` matches anything. */
export const globPattern = (text: string): RegExp =>
  new RegExp(
    `^${text
      .split("*")
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"))
      .join(".*")}$`,
    "s",
  );
