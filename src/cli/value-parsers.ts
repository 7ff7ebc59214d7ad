import { HookproofError } from "../errors.ts";
import type { HeaderPair } from "../request/request.ts";
import { isToken } from "../request/token.ts";
import { parseDuration } from "../values/duration.ts";
import { parseInstant } from "../values/instant.ts";
import { nearest } from "../values/nearest.ts";
import type { Parse } from "./inputs.ts";

/** One of a fixed set of words. */
export const choice = <const T extends string>(...words: readonly T[]): Parse<T> => {
  const parse = (text: string): T => {
    const found = words.find((word) => word === text);
    if (found !== undefined) return found;
    const near = nearest(text, words);
    throw new HookproofError(
      "usage",
      `'${text}' is not one of ${words.join(", ")}`,
      near === undefined ? {} : { hint: `did you mean ${near}?` },
    );
  };
  return Object.assign(parse, { choices: words });
};

/** An integer within a range. */
export const wholeNumber =
  (min: number, max = Number.MAX_SAFE_INTEGER): Parse<number> =>
  (text) => {
    const number = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
    if (!(number >= min && number <= max)) {
      const range = max < Number.MAX_SAFE_INTEGER ? `from ${min} to ${max}` : `of ${min} or more`;
      throw new HookproofError("usage", `'${text}' is not a whole number ${range}`);
    }
    return number;
  };

/** A status code, class or range: `503`, `5xx`, `500-504`. */
export const statusRange: Parse<{ readonly from: number; readonly to: number }> = (text) => {
  const [, one] = /^([1-5])xx$/i.exec(text) ?? [];
  if (one !== undefined) return { from: Number(one) * 100, to: Number(one) * 100 + 99 };
  const [, from, to = from] = /^(\d{3})(?:-(\d{3}))?$/.exec(text) ?? [];
  const range = { from: Number(from), to: Number(to) };
  if (!(range.from >= 100 && range.to <= 599 && range.from <= range.to))
    throw new HookproofError("usage", `'${text}' is not a status`, { hint: "write 503, 5xx or 500-504" });
  return range;
};

/** A positive number, decimals allowed. */
export const positiveNumber: Parse<number> = (text) => {
  const number = /^\d+(?:\.\d+)?$/.test(text.trim()) ? Number(text) : 0;
  if (number <= 0) throw new HookproofError("usage", `'${text}' is not a number above 0`);
  return number;
};

/** A header as `Name: value`, like in curl. */
export const headerText: Parse<HeaderPair> = (text) => {
  const at = text.indexOf(":");
  const name = at < 0 ? "" : text.slice(0, at).trim();
  // The characters RFC 9110 (5.6.2) allows in a field name; a line break in a value would be a second header.
  if (!isToken(name) || /[\r\n\0]/.test(text)) {
    // The value may be a token, so only the name is printed.
    const safeName = at < 0 ? text.split(/\s/, 1)[0] : name;
    throw new HookproofError("usage", `'${safeName}' is not a header`, { hint: "write -H 'Name: value'" });
  }
  return [name, Buffer.from(text.slice(at + 1).trim(), "utf8").toString("latin1")];
};

/** A Host header's value: a name or address with an optional port. */
export const hostName: Parse<string> = (text) => {
  if (URL.canParse(`http://${text}/`) && new URL(`http://${text}/`).host === text.toLowerCase()) return text;
  throw new HookproofError("usage", `'${text}' is not a host`, { hint: "write --host-header api.example.com" });
};

/** An HTTP method: a token (RFC 9110, 9.1). */
export const methodName: Parse<string> = (text) => {
  if (isToken(text)) return text;
  throw new HookproofError("usage", `'${text}' is not an HTTP method`, { hint: "write --method PUT" });
};

/** `path=value` of `--set`. */
export const assignment: Parse<readonly [path: string, value: string]> = (text) => {
  const at = text.indexOf("=");
  if (at < 1)
    throw new HookproofError("usage", `'${text}' is not an assignment`, { hint: "write --set data.amount=12" });
  return [text.slice(0, at), text.slice(at + 1)];
};

/** A point in time. */
export const instant: Parse<number> = (text, at) => parseInstant(text, at.now);
export const duration: Parse<number> = (text) => parseDuration(text);

/** A timeout: positive, and at most what Node's timers can hold (2^31 ms); longer ones would fire at once. */
export const timeLimit: Parse<number> = (text) => {
  const ms = parseDuration(text);
  if (ms > 0 && ms < 2 ** 31) return ms;
  throw new HookproofError("usage", `'${text}' is not a timeout`, { hint: "write more than 0s and at most 24d" });
};

/** A complete SHA-256: a truncated one would make an archive look forged. */
export const sha256: Parse<string> = (text) => {
  const digest = text.trim().replace(/^sha256[:=]?\s*/i, "");
  if (/^[0-9a-f]{64}$/i.test(digest)) return digest.toLowerCase();
  throw new HookproofError("usage", `'${text}' is not a SHA-256 digest`, { hint: "write all 64 hex digits" });
};
