import { HookproofError } from "../errors.ts";
import type { HeaderPair } from "../request/request.ts";
import { isToken } from "../request/token.ts";
import { parseDuration } from "../values/duration.ts";

/** The response to one request. */
export interface Reply {
  /** `hang` never responds, `reset` resets the connection (TCP RST). */
  readonly kind: "status" | "reset" | "hang";
  readonly status: number;
  readonly headers: readonly HeaderPair[];
  /** The body's bytes, or the file to read them from. */
  readonly body?: Buffer | { readonly file: string };
  /** Milliseconds to wait before responding. */
  readonly delayMs: number;
}

/** A response script, as written with `--respond`. */
export interface ReplyScript {
  /** `attempt`: by each event's attempt; `request`: by request number; `chance`: at random, weighted. */
  readonly by: "attempt" | "request" | "chance";
  readonly replies: readonly Reply[];
  /** The weight of each reply, adding up to 1; empty unless random. */
  readonly shares: readonly number[];
}

const forms =
  '200 · 500,503,200 (by attempt of each event) · seq:500,200 (by request) · 200:60%,500:40% · delay=12s · reset · hang · 429;retry-after=30 · 200;type=application/json;body={"ok":true} · body=@file';

/**
 * Parses the text of `--respond`.
 * @throws HookproofError `usage`, naming the invalid item
 */
export const parseReplies = (text: string): ReplyScript => {
  const sequential = /^\s*seq:/.test(text);
  const items = splitOutside(text.replace(/^\s*seq:/, ""), ",", text).map((item) => parseItem(item.trim(), text));
  const replies = items.map((item) => item.reply);
  const shares = items.flatMap((item) => (item.percent === undefined ? [] : [item.percent / 100]));
  if (shares.length === 0) return { by: sequential ? "request" : "attempt", replies, shares };
  if (sequential) throw wrong(text, "seq: is sequential and percentages are random: choose one");
  if (shares.length !== items.length) throw wrong(text, "give every response a percentage, or none");
  const total = shares.reduce((sum, share) => sum + share, 0);
  if (Math.abs(total - 1) > 1e-9)
    throw wrong(text, `the percentages add up to ${Number((total * 100).toFixed(2))}, not to 100`);
  return { by: "chance", replies, shares };
};

/** The script with file names replaced by the files' contents. */
export const withFiles = async (
  script: ReplyScript,
  read: (file: string) => Promise<Buffer>,
): Promise<ReplyScript> => ({
  ...script,
  replies: await Promise.all(
    script.replies.map(async (reply) =>
      reply.body === undefined || Buffer.isBuffer(reply.body) ? reply : { ...reply, body: await read(reply.body.file) },
    ),
  ),
});

/** Splits at separators, ignoring those inside JSON bodies. */
const splitOutside = (text: string, separator: string, whole: string): readonly string[] => {
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    if (/[[{"]/.test(text.charAt(at)) && /(?:^|[;,])\s*body=\s*$/.test(text.slice(Math.max(from, at - 40), at)))
      at = endOfJson(text, at, whole);
    if (text.charAt(at) !== separator) continue;
    parts.push(text.slice(from, at));
    from = at + 1;
  }
  return [...parts, text.slice(from)];
};

/** The index after a JSON string, array or object. */
const endOfJson = (text: string, start: number, whole: string): number => {
  let depth = 0;
  let isQuoted = false;
  for (let at = start; at < text.length; at++) {
    const char = text.charAt(at);
    if (isQuoted && char === "\\") at++;
    else if (char === '"') isQuoted = !isQuoted;
    else if (!isQuoted && /[[{]/.test(char)) depth++;
    else if (!isQuoted && /[\]}]/.test(char)) depth--;
    if (!isQuoted && depth === 0) return at + 1;
  }
  throw wrong(whole, 'a body that begins with {, [ or " is not closed');
};

/**
 * The reply to one request; a finished script repeats its last reply.
 * @param attempt the event's attempt, from 1
 * @param request the request's number, from 1
 * @param random a number returns a number from 0 to below 1; called only for random scripts
 */
export const replyTo = (script: ReplyScript, attempt: number, request: number, random: () => number): Reply => {
  const last = script.replies.length - 1;
  const at =
    script.by === "chance" ? weightedPick(script.shares, random()) : (script.by === "attempt" ? attempt : request) - 1;
  return script.replies[Math.min(Math.max(at, 0), last)] ?? plainReply;
};

/** 200, without delay. */
const plainReply: Reply = { kind: "status", status: 200, headers: [], delayMs: 0 };

/** One line for people: `500 after 2s`, `reset`, `429 with retry-after: 30`. */
export const describeReply = (reply: Reply): string => {
  const what = reply.kind === "status" ? String(reply.status) : reply.kind;
  const headers = reply.headers.map(([name, value]) => `${name}: ${value}`).join(", ");
  return `${what}${reply.delayMs > 0 ? ` after ${reply.delayMs}ms` : ""}${headers === "" ? "" : ` with ${headers}`}`;
};

const weightedPick = (shares: readonly number[], point: number): number => {
  let below = 0;
  const at = shares.findIndex((share) => point < (below += share));
  return at < 0 ? shares.length - 1 : at;
};

interface Item {
  readonly reply: Reply;
  readonly percent: number | undefined;
}

const parseItem = (item: string, whole: string): Item => {
  let kind: Reply["kind"] | undefined;
  let status: number | undefined;
  let delayMs: number | undefined;
  let percent: number | undefined;
  let body: Reply["body"];
  const headers: HeaderPair[] = [];
  for (const part of splitOutside(item, ";", whole).map((one) => one.trim())) {
    const [, content] = /^body=(.*)$/s.exec(part) ?? [];
    if (content !== undefined) {
      if (body !== undefined) throw wrong(whole, `'${item}' has two bodies`);
      body = parseBody(content, whole);
      continue;
    }
    const [, head = part, share] = /^(.*?):\s*(\d+(?:\.\d+)?)%$/.exec(part) ?? [];
    if (share !== undefined) {
      if (percent !== undefined) throw wrong(whole, `'${item}' has two percentages`);
      percent = Number(share);
    }
    const equals = head.indexOf("=");
    if (equals < 0) {
      if (kind !== undefined) throw wrong(whole, `'${item}' has two responses`);
      if (head === "reset" || head === "hang") kind = head;
      else [kind, status] = ["status", parseStatus(head, whole)];
    } else if (head.slice(0, equals).trim() === "delay") {
      if (delayMs !== undefined) throw wrong(whole, `'${item}' has two delays`);
      delayMs = parseDuration(head.slice(equals + 1));
    } else {
      const name = head.slice(0, equals).trim();
      headers.push(parseHeader(name === "type" ? "Content-Type" : name, head.slice(equals + 1).trim(), whole));
    }
  }
  if (kind !== undefined && kind !== "status" && (headers.length > 0 || body !== undefined))
    throw wrong(whole, `'${item}' has headers or a body but sends no response`);
  if (body !== undefined && (status === 204 || status === 304)) throw wrong(whole, `a ${status} has no body`);
  if (kind === "hang" && delayMs !== undefined) throw wrong(whole, "hang never responds: it cannot have a delay");
  const reply = { kind: kind ?? ("status" as const), status: status ?? 200, headers, delayMs: delayMs ?? 0 };
  return { reply: body === undefined ? reply : { ...reply, body }, percent };
};

/** Parses a body: `@file`, a JSON string in quotes, or literal text. */
const parseBody = (text: string, whole: string): NonNullable<Reply["body"]> => {
  if (text === "@") throw wrong(whole, "body=@ needs a file name");
  if (text.startsWith("@")) return { file: text.slice(1) };
  if (!text.startsWith('"')) return Buffer.from(text);
  try {
    return Buffer.from(String(JSON.parse(text)));
  } catch {
    throw wrong(whole, `${text} is not a JSON string`);
  }
};

const parseStatus = (text: string, whole: string): number => {
  const status = /^\d{3}$/.test(text) ? Number(text) : 0;
  if (status < 200 || status > 599)
    throw wrong(whole, text === "" ? "a response is empty" : `'${text}' is not a valid response`);
  return status;
};

const parseHeader = (name: string, value: string, whole: string): HeaderPair => {
  // The name must be a token (RFC 9110, 5.6.2), and the value must not contain line breaks or other control characters.
  if (!isToken(name)) throw wrong(whole, `'${name}' is not a header name`);
  if (/[^\t\x20-\x7e]/.test(value))
    throw wrong(whole, `the value of ${name} has characters that are not allowed in a header`);
  if (/^(?:content-length|transfer-encoding|connection)$/i.test(name))
    throw wrong(whole, `${name} is set by the listener itself`);
  return [name, value];
};

const wrong = (spec: string, why: string): HookproofError =>
  new HookproofError("usage", `--respond '${spec}': ${why}`, { hint: `write ${forms}` });
