import * as z from "zod";
import { HookproofError } from "../errors.ts";
import type { HeaderPair, WebhookRequest } from "../request/request.ts";
import { tokenPattern } from "../request/token.ts";
import { byteText } from "./latin1.ts";
import { excerpt, malformed } from "./malformed.ts";
import { before } from "../values/cut.ts";

/** The fields of HAR 1.2 needed for a request; the rest isn't checked, as browsers don't follow it strictly. */
const requestSchema = z.object({
  method: z.string().regex(tokenPattern, "not an HTTP method"),
  url: z.string().regex(/^(?:https?|wss?):\/\/[^/\s]/i, "not an absolute URL"),
  httpVersion: z.string().nullish(),
  headers: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
  postData: z
    .object({
      text: z.string().nullish(),
      /** Firefox, Playwright and others write `base64` here; HAR defines it only for responses. */
      encoding: z.string().nullish(),
      _encoding: z.string().nullish(),
      params: z.array(z.object({ name: z.string(), value: z.string().nullish() })).nullish(),
    })
    .nullish(),
});

const fileSchema = z.object({ log: z.object({ entries: z.array(z.unknown()) }) });
const entrySchema = z.object({ request: requestSchema });

/** Whether parsed JSON looks like a HAR file. */
export const isHar = (value: unknown): boolean => fileSchema.safeParse(value).success;

/**
 * The requests of a HAR file, in its order.
 * @throws HookproofError `input-malformed` naming entry and field
 */
export const readHar = (value: unknown, name: string): readonly WebhookRequest[] =>
  entriesOf(value, name).map((entry, index) => entryRequest(entry, `${name} entry ${index + 1}`));

/**
 * One request of a HAR file.
 * @param entry its number, from 1; optional if the file has only one
 * @throws HookproofError `input-malformed`, or `usage` if there are several to choose from
 */
export const readHarEntry = (value: unknown, name: string, entry: number | undefined): WebhookRequest => {
  const entries = entriesOf(value, name);
  if (entry === undefined && entries.length > 1) {
    throw new HookproofError("usage", `${name} contains ${entries.length} requests`, {
      hint: `choose one with --entry: ${entries.slice(0, 8).map(outline).join(", ")}${entries.length > 8 ? ", …" : ""}`,
    });
  }
  const number = entry ?? 1;
  if (entries.length === 0) throw malformed(name, "the HAR file has no entries");
  if (number < 1 || number > entries.length) {
    throw new HookproofError(
      "usage",
      `${name} has no entry ${number}; it has ${entries.length === 1 ? "one" : entries.length}`,
    );
  }
  return entryRequest(entries[number - 1], `${name} entry ${number}`);
};

const entriesOf = (value: unknown, name: string): readonly unknown[] => {
  const file = fileSchema.safeParse(value);
  if (!file.success) throw malformed(name, "it has no log.entries, as HAR files do");
  return file.data.log.entries;
};

const outline = (entry: unknown, index: number): string => {
  const { data } = entrySchema.safeParse(entry);
  return data === undefined
    ? `${index + 1} (malformed)`
    : `${index + 1} ${data.request.method} ${excerpt(data.request.url, 60)}`;
};

const entryRequest = (entry: unknown, where: string): WebhookRequest => {
  const checked = entrySchema.safeParse(entry);
  if (!checked.success) {
    const issue = checked.error.issues[0];
    throw malformed(where, `${issue?.message ?? "malformed"} at ${issue?.path.join(".") ?? "?"}`);
  }
  const { request } = checked.data;
  const headers = (request.headers ?? []).map(({ name, value }): HeaderPair => [byteText(name), byteText(value)]);
  const version = /^h(?:ttp\/)?(\d(?:\.\d)?)$/i.exec(request.httpVersion ?? "")?.[1];
  return {
    method: request.method,
    target: targetOf(request.url),
    url: request.url,
    ...(version === undefined ? {} : { httpVersion: version }),
    // Chrome lists HTTP/2's pseudo-headers (`:authority`) among the others.
    headers: headers.filter(([name]) => !name.startsWith(":")),
    body: bodyOf(request.postData, where),
  };
};

const bodyOf = (post: z.infer<typeof requestSchema>["postData"], where: string): Buffer => {
  if (post === null || post === undefined) return Buffer.alloc(0);
  const text = post.text ?? "";
  const encoding = post._encoding ?? post.encoding ?? "";
  if (encoding.toLowerCase() === "base64") {
    if (/[^A-Za-z0-9+/=\s]/.test(text)) throw malformed(where, "postData.text is not base64");
    return Buffer.from(text, "base64");
  }
  if (text !== "" || post.params === null || post.params === undefined) return Buffer.from(text, "utf8");
  return Buffer.from(
    new URLSearchParams(post.params.map(({ name, value }): [string, string] => [name, value ?? ""])).toString(),
  );
};

const targetOf = (url: string): string => {
  const rest = before(url.replace(/^\w+:\/\/[^/?#]*/, ""), "#");
  return byteText(rest.startsWith("/") ? rest : `/${rest}`);
};
