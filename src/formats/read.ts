import { HookproofError } from "../errors.ts";
import { originForm } from "../request/request.ts";
import type { HeaderPair, WebhookRequest } from "../request/request.ts";
import { oneOf } from "../values/count.ts";
import { parseJson } from "../values/parse-json.ts";
import type { Format, ReadHints, Source } from "./format.ts";
import { formatNames, formats } from "./formats.ts";
import { malformed } from "./malformed.ts";

/**
 * Reads one request from a file in any known format (`formats.ts`), or a bare body if `hints.headers` is given.
 * `hints.url` and `hints.method` take precedence over what the file says.
 * @param name the file's name, for errors
 * @throws HookproofError `input-malformed` naming file and place, `usage` if it isn't clear which request to read
 */
export const readRequest = async (bytes: Buffer, name: string, hints: ReadHints = {}): Promise<WebhookRequest> => {
  const { url, method, headers } = hints;
  if (headers !== undefined && headers.length > 0) return bodyRequest(bytes, headers, hints);
  const source = sourceOf(bytes, name);
  const request = await readOne(await formatOf(source), source, hints);
  return { ...request, ...(url === undefined ? {} : { url }), ...(method === undefined ? {} : { method }) };
};

/**
 * Reads every request of a file, in order.
 * @throws HookproofError `input-malformed`
 */
export const readRequests = async (
  bytes: Buffer,
  name: string,
  hints: ReadHints = {},
): Promise<readonly WebhookRequest[]> => {
  const source = sourceOf(bytes, name);
  const format = await formatOf(source);
  return format.readAll === undefined ? [await readRequest(bytes, name, hints)] : format.readAll(source, hints);
};

/** Whether the bytes are a request in a known format, well-formed or not; a bare body isn't. */
export const isRequest = async (bytes: Buffer): Promise<boolean> => {
  try {
    await formatOf(sourceOf(bytes, ""));
    return true;
  } catch (error) {
    if (error instanceof HookproofError) return false;
    throw error;
  }
};

/** A body as a request: `POST /` with these headers, unless the hints say otherwise. */
export const bodyRequest = (
  body: Buffer,
  headers: readonly HeaderPair[],
  { url, method }: { readonly url?: string; readonly method?: string } = {},
): WebhookRequest => {
  return {
    method: method ?? "POST",
    target: url === undefined ? "/" : originForm(url),
    ...(url === undefined ? {} : { url }),
    headers,
    body,
  };
};

/** Rejects a selection that the format doesn't support: it would silently return another request. */
const readOne = (format: Format, source: Source, hints: ReadHints): Promise<WebhookRequest> => {
  const { name } = source;
  if (hints.id !== undefined && format.chosenBy !== "id")
    throw new HookproofError("usage", `${name} is not a capture file: it has no request ${hints.id}`, {
      hint: "remove --id",
    });
  if (format.chosenBy === undefined && (hints.entry ?? 1) > 1)
    throw new HookproofError("usage", `${name} contains one request; there is no entry ${hints.entry}`);
  return format.read(source, hints);
};

const formatOf = async (source: Source): Promise<Format> => {
  for (const format of formats) if (await format.matches(source)) return format;
  const { name } = source;
  if (source.json() !== undefined)
    throw malformed(name, "it is JSON, but not a request in a known format", formatsHint);
  throw malformed(name, "unrecognized request format", formatsHint);
};

const sourceOf = (given: Buffer, name: string): Source => {
  if (given.length === 0) throw malformed(name, "it is empty", formatsHint);
  const beginning = given.toString("hex", 0, 4);
  // UTF-16: with a byte order mark, or ASCII with a NUL next to each character.
  if (/^(?:fffe|feff|[2-7][0-9a-f]00[2-7][0-9a-f]00|00[2-7][0-9a-f]00[2-7][0-9a-f])/.test(beginning))
    throw malformed(name, "it is UTF-16 text, as PowerShell's > writes it", "save it as UTF-8");
  if (beginning.startsWith("1f8b")) throw malformed(name, "it is gzip-compressed", "unpack it first");
  if (beginning === "504b0304") throw malformed(name, "it is a zip archive", "unpack it first");
  const bytes = given.subarray(0, 3).equals(byteOrderMark) ? given.subarray(3) : given;
  const beginsObject = bytes.subarray(0, 4096).find((byte) => byte > 0x20) === 0x7b;
  let parsed: { readonly value: unknown } | undefined;
  const json = (): unknown => (parsed ??= { value: parseJson(bytes.toString("utf8"), name) }).value;
  return { bytes, name, json: () => (beginsObject ? json() : undefined) };
};

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

const formatsHint = `pass a ${oneOf(formatNames)}; for a bare body, add its headers: --body FILE -H 'Name: value'`;
