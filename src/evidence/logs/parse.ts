import { accessFormats, messageFormats, pairFormats, pairKeys, prefixes, w3cFields } from "./formats.ts";
import { jsonEnvelopes, jsonFormats, jsonLists, jsonWrappers, requestIdFields } from "./json-formats.ts";
import { pairsOf } from "./pairs.ts";
import { statusInText, statusOfPhrase, statusOfValue } from "./status.ts";
import { timeIn, timeOfValue } from "./times.ts";
import type { LogTime } from "./times.ts";

/** The facts of a log line, whatever its format. */
export interface LogFacts {
  /** Epoch milliseconds; null if the line has no time. */
  readonly time: number | null;
  readonly status: number | null;
  readonly method: string | null;
  /** The path with its query, or a URL. */
  readonly path: string | null;
  /** The id shared by all lines of a request. */
  readonly request: string | null;
  /** For requests without an id: which of their lines this is (Rails: Started, Completed). */
  readonly part: "begin" | "end" | null;
  /**
   * The format's name in the table; `words` if the status was only found by the words around it, `text` if the format
   * is unknown.
   */
  readonly form: string;
}

/** What is known about a line from those before it. */
export interface LogContext {
  /** Epoch milliseconds, to complete times without a year. */
  readonly near: number;
  /** The columns that the last `#Fields:` line named. */
  readonly columns?: readonly string[] | undefined;
}

/** The maximum number of characters read from a line that is not JSON. */
const longestText = 16 * 1024;
const deepestWrap = 5;
const maxEntries = 5000;

/** Reads a line or a multi-line record. The known formats are listed in `formats.ts` and `json-formats.ts`. */
export const parseLogLine = (line: string, near: number, columns?: readonly string[]): LogFacts =>
  fromRecord(line, { near, columns }).facts;

/**
 * The entries of a line, each with its own text: several if the line is a JSON document that lists them (`gcloud
 * logging read`, `aws logs filter-log-events`).
 */
export const entriesOf = (
  text: string,
  context: LogContext,
): readonly { readonly text: string; readonly facts: LogFacts }[] => {
  const value = jsonOf(text);
  const list = Array.isArray(value) ? value : listIn(value);
  if (list === undefined) return [{ text, facts: fromRecord(text, context).facts }];
  return list.slice(0, maxEntries).map((one) => ({ text: entryText(one), facts: fromJson(one, context, 0).facts }));
};

/** The text of one entry; empty if it is nested too deeply to print. */
const entryText = (entry: unknown): string => {
  try {
    return JSON.stringify(entry);
  } catch {
    return "";
  }
};

/** Facts with the time as found: a wrapper's time is preferred over one without a zone. */
interface Parsed {
  readonly facts: LogFacts;
  readonly zoned: boolean;
}

const none: LogFacts = { time: null, status: null, method: null, path: null, request: null, part: null, form: "text" };

const made = (facts: Partial<LogFacts>, time: LogTime | null): Parsed => ({
  facts: { ...none, ...facts, time: time?.ms ?? null },
  zoned: time?.zoned ?? false,
});

/**
 * Reads a multi-line record: the facts of the first line, plus what only the others contain (pino-pretty, .NET's
 * console).
 */
const fromRecord = (text: string, context: LogContext): Parsed => {
  const end = text.indexOf("\n");
  if (end < 0 || jsonOf(text) !== undefined) return parsed(text, context, 0);
  const journal = journalOf(text);
  if (journal !== undefined) return fromJson(journal, context, 0);
  const head = parsed(text.slice(0, end), context, 0);
  if (head.facts.status !== null && head.facts.path !== null) return head;
  const trace = text.search(stackTrace);
  const rest = text.slice(end + 1, trace < 0 ? end + longestText : trace);
  const more = rest.trim() === "" ? undefined : (fromAccess(rest, context) ?? fromText(rest, context));
  return more === undefined ? head : merged(head, more);
};

const stackTrace = /\n\s{0,20}(?:at |Caused by: |File "|from \/|#\d)/;

/**
 * The fields of a journal entry as printed by `journalctl -o export` (KEY=value) or `-o verbose` (time, then indented
 * keys).
 */
const journalOf = (text: string): Readonly<Record<string, string>> | undefined => {
  const isExport = /^__(?:CURSOR|REALTIME_TIMESTAMP)=/.test(text);
  if (!isExport && !/\n {4}(?:MESSAGE|PRIORITY|_PID)=/.test(text)) return undefined;
  const time: string[][] = isExport ? [] : [["__REALTIME_TIMESTAMP", text.slice(0, text.indexOf(" ["))]];
  const pairs = text.split("\n").flatMap((line) => {
    const [start, key] = /^ {0,4}([A-Z_]{1,64})=/.exec(line) ?? [];
    return key === undefined || start === undefined ? [] : [[key, line.slice(start.length)]];
  });
  return Object.fromEntries([...time, ...pairs]);
};

const parsed = (line: string, context: LogContext, depth: number): Parsed => {
  const value = jsonOf(line);
  if (typeof value === "object" && value !== null) return fromJson(value, context, depth);
  const text = line.length > longestText ? line.slice(0, longestText) : line;
  const usual = fromAccess(text, context, usualFormats);
  if (usual !== undefined) return usual;
  if (depth < deepestWrap) {
    for (const { name, pattern } of prefixes) {
      const match = pattern.exec(text);
      if (match === null) continue;
      const inner = parsed(line.slice(match[0].length), context, depth + 1);
      const stamp = match.groups?.["time"];
      const time = stamp === undefined ? null : timeIn(`${stamp} `, context.near);
      return wrapped(inner, time, match.groups?.["request"] ?? null, name);
    }
  }
  return (
    (context.columns === undefined ? undefined : fromColumns(text, context)) ??
    fromAccess(text, context) ??
    fromPairs(text, context) ??
    fromText(text, context)
  );
};

/** The inner line's facts; the wrapper's time if the inner one has none, or none with a zone. */
const wrapped = ({ facts, zoned }: Parsed, time: LogTime | null, request: string | null, name: string): Parsed => {
  const useOuter = time !== null && (facts.time === null || (!zoned && time.zoned));
  return {
    facts: {
      ...facts,
      time: useOuter ? time.ms : facts.time,
      request: facts.request ?? request,
      form: facts.form === "text" ? name : facts.form,
    },
    zoned: useOuter ? time.zoned : zoned,
  };
};

const jsonOf = (text: string): unknown => {
  const first = /^\s{0,200}([{[])/.exec(text)?.[1];
  if (first === undefined || (first === "[" && !/^\s{0,200}\[\s{0,200}[{\]]/.test(text))) return undefined;
  try {
    return JSON.parse(text.trimEnd().replace(/,$/, ""));
  } catch {
    return undefined;
  }
};

const listIn = (value: unknown): readonly unknown[] | undefined => {
  if (typeof value !== "object" || value === null) return undefined;
  for (const name of jsonLists) {
    const list = at(value, name);
    if (Array.isArray(list) && list.length > 0 && list.every((one) => typeof one === "object" && one !== null))
      return list;
  }
  return undefined;
};

const fromJson = (value: unknown, context: LogContext, depth: number): Parsed => {
  const { near } = context;
  if (depth < deepestWrap) {
    for (const { name, has, line, time } of jsonWrappers) {
      if (!has.every((one) => at(value, one) !== undefined)) continue;
      const text = textOfMessage(at(value, line));
      const inner = text === null ? undefined : parsed(text.trimEnd(), context, depth + 1);
      if (inner !== undefined) return wrapped(inner, timeOfValue(pick(value, time), near), requestOf(value), name);
    }
    for (const name of jsonEnvelopes) {
      const inside = at(value, name);
      if (typeof inside !== "object" || inside === null) continue;
      const inner = fromJson(inside, context, depth + 1);
      const outer = fieldsOf(value, context);
      return merged(
        wrapped(inner, outer.facts.time === null ? null : { ms: outer.facts.time, zoned: true }, null, name),
        outer,
      );
    }
  }
  const own = fieldsOf(value, context);
  if (own.facts.status !== null && own.facts.path !== null) return own;
  // The message may say in words what no field contains.
  const message = textOfMessage(
    pick(value, ["message", "msg", "@m", "RenderedMessage", "Message", "event", "log", "text"]),
  );
  if (message === null || depth >= deepestWrap || isPayload(value)) return own;
  return merged(own, parsed(message.slice(0, longestText), context, depth + 1));
};

/** The first's facts, completed by the second's. */
const merged = ({ facts, zoned }: Parsed, { facts: more }: Parsed): Parsed => ({
  facts: {
    time: facts.time ?? more.time,
    status: facts.status ?? more.status,
    method: facts.method ?? more.method,
    path: facts.path ?? more.path,
    request: facts.request ?? more.request,
    part: facts.part ?? more.part,
    form: facts.form === "JSON" && more.form !== "text" && facts.status === null ? more.form : facts.form,
  },
  zoned,
});

const fieldsOf = (value: unknown, { near }: LogContext): Parsed => {
  const general = jsonFormats.at(-1);
  const format = jsonFormats.find(({ has }) => has.length === 0 || has.some((one) => at(value, one) !== undefined));
  const names = (kind: "status" | "method" | "path" | "time"): readonly string[] => [
    ...(format?.[kind] ?? []),
    ...(format === general ? [] : (general?.[kind] ?? [])),
  ];
  // nginx can log `$request` whole: POST /hooks HTTP/1.1.
  const [, method, path] = requestLine.exec(textOf(pick(value, ["request", "req", "requestLine"])) ?? "") ?? [];
  const target = textOf(pick(value, names("path")));
  const [, routeMethod, routePath] = /^([A-Z]{3,10}) (\/\S{0,8192})$/.exec(target ?? "") ?? [];
  const payload = format === general && isPayload(value);
  return made(
    {
      status: payload ? null : firstStatus(value, names("status")),
      method: textOf(pick(value, names("method"))) ?? method ?? routeMethod ?? null,
      path: routePath ?? target ?? path ?? null,
      request: requestOf(value),
      form: format?.name ?? "JSON",
    },
    timeOfValue(pick(value, names("time")), near),
  );
};

const requestLine = /^([A-Z]{3,10}) (\S{1,8192}) HTTP\/[\d.]{1,3}$/;

/** Whether a value is the platform's logged event, whose status field isn't the response's. */
const isPayload = (value: unknown): boolean =>
  at(value, "id") !== undefined &&
  ["type", "event", "event_type", "object", "data", "payload"].some((name) => at(value, name) !== undefined) &&
  ["method", "path", "url", "uri", "req", "request"].every((name) => at(value, name) === undefined);

const firstStatus = (value: unknown, names: readonly string[]): number | null => {
  for (const name of names) {
    const status = statusOfValue(at(value, name));
    if (status !== null) return status;
  }
  return null;
};

const requestOf = (value: unknown): string | null => {
  const id = pick(value, requestIdFields);
  return typeof id === "number" ? String(id) : textOf(id);
};

const pick = (value: unknown, names: readonly string[]): unknown => {
  for (const name of names) {
    const found = at(value, name);
    if (found !== undefined && found !== null) return found;
  }
  return undefined;
};

/** The value at a dotted name, which may also be a single key. */
const at = (value: unknown, name: string): unknown => {
  const whole = field(value, name);
  if (whole !== undefined || !name.includes(".")) return whole;
  // Try `attributes` → `http.status_code` as well as three separate steps.
  for (let dot = name.indexOf("."); dot > 0; dot = name.indexOf(".", dot + 1)) {
    const step = field(value, name.slice(0, dot));
    const found = step === undefined ? undefined : at(step, name.slice(dot + 1));
    if (found !== undefined) return found;
  }
  return undefined;
};

const field = (value: unknown, key: string): unknown =>
  isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

const textOf = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);

/** journald writes a message that is not plain text as a list of its bytes. */
const textOfMessage = (value: unknown): string | null =>
  Array.isArray(value) && value.length < longestText && value.every((one) => typeof one === "number")
    ? Buffer.from(value).toString("utf8")
    : textOf(value);

const fromColumns = (text: string, { near, columns = [] }: LogContext): Parsed | undefined => {
  const values = text.split(text.includes("\t") ? "\t" : " ");
  if (values.length !== columns.length) return undefined;
  const value = (name: string): string | null => {
    const found = values[columns.indexOf(name)];
    return found === undefined || found === "-" ? null : found;
  };
  const [path, query] = [value(w3cFields.path), value(w3cFields.query)];
  const stamp = `${value(w3cFields.date) ?? ""} ${value(w3cFields.time) ?? ""}Z`;
  return made(
    {
      status: statusOfValue(value(w3cFields.status)),
      method: value(w3cFields.method),
      path: path === null || query === null ? path : `${path}?${query}`,
      form: w3cFields.name,
    },
    timeIn(stamp, near),
  );
};

/** The format of most access logs; it can't be confused with others, so it is tried first. */
const usualFormats = accessFormats.slice(0, 1);

const fromAccess = (text: string, { near }: LogContext, formats = accessFormats): Parsed | undefined => {
  for (const { name, pattern } of formats) {
    const groups = pattern.exec(text)?.groups;
    if (groups === undefined) continue;
    const status = statusOfValue(groups["status"] ?? groups["before"]);
    // A quoted request without a status could come from any program; look for a status in the words.
    if (status === null) continue;
    return made(
      {
        status,
        method: groups["method"] ?? null,
        path: groups["path"] ?? null,
        request: groups["request"] ?? idIn(text),
        form: name,
      },
      timeIn(groups["time"] ?? text, near),
    );
  }
  return undefined;
};

const idIn = (text: string): string | null =>
  /\b(?:request_?id|req_?id|rid|trace_?id|correlation_?id)["']?[=:] ?"?([\w-]{2,64})/i.exec(text)?.[1] ?? null;

const fromPairs = (text: string, { near }: LogContext): Parsed | undefined => {
  const pairs = pairsOf(text);
  if (pairs.size < 2) return undefined;
  const first = (names: readonly string[]): string | null => {
    for (const name of names) {
      const value = pairs.get(name);
      if (value !== undefined && value !== "") return value;
    }
    return null;
  };
  const stamp = timeOfValue(first(pairKeys.time), near);
  const status = statusOfValue(first(pairKeys.status));
  if (status === null && stamp === null) return undefined;
  const format = pairFormats.find(({ has }) => has.every((key) => pairs.has(key)));
  const words = status === null ? statusInText(pairs.get("msg") ?? pairs.get("message") ?? "") : status;
  return made(
    {
      status: words,
      method: first(pairKeys.method),
      path: first(pairKeys.path),
      request: first(pairKeys.request),
      form: format?.name ?? "logfmt",
    },
    stamp ?? timeIn(text, near),
  );
};

const fromText = (text: string, context: LogContext): Parsed => {
  const known = messageFormats.find(({ pattern }) => pattern.test(text));
  const groups = known?.pattern.exec(text)?.groups ?? {};
  const { message, tail } = withoutData(text);
  const fields = tail === undefined ? undefined : fieldsOf(tail, context).facts;
  const [, method, path] =
    /\b(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\s"?((?:\/|https?:\/\/)[^\s"]{0,8192})/.exec(message) ?? [];
  const named = /\b(?:path|url|uri)["']?\s?[:=]\s?["']?((?:\/|https?:\/\/)[^\s"',;)}]{0,2048})/.exec(message)?.[1];
  const phrase = groups["phrase"] === undefined ? null : statusOfPhrase(groups["phrase"]);
  const time = timeIn(groups["time"] ?? text, context.near);
  const status = statusOfValue(groups["status"]) ?? phrase ?? fields?.status ?? statusInText(message);
  const isNamed = known !== undefined && (groups["phrase"] === undefined || phrase !== null);
  return made(
    {
      status,
      method:
        groups["method"] ??
        method ??
        fields?.method ??
        /\bmethod["']?\s?[:=]\s?["']?([A-Z]{3,10})\b/.exec(message)?.[1] ??
        null,
      path:
        (phrase === null && groups["phrase"] !== undefined ? undefined : groups["path"]) ??
        path ??
        fields?.path ??
        named ??
        null,
      request: groups["request"] ?? fields?.request ?? idIn(message),
      part: known?.part ?? null,
      form: isNamed ? known.name : status === null ? "text" : "words",
    },
    time,
  );
};

/**
 * A message without its trailing data: JSON (Laravel, zap, Caddy) is read by its fields, and a dump of the received
 * payload doesn't describe the response.
 */
const withoutData = (text: string): { readonly message: string; readonly tail?: unknown } => {
  const dump = /\b(?:Parameters|params|payload|body|event)["']?\s?[:=]\s?[{[]/i.exec(text);
  const message = dump === null ? text : text.slice(0, dump.index);
  const start = message.search(/[\s]\{"/);
  if (start < 0) return { message };
  const end = message.lastIndexOf("}");
  try {
    const tail: unknown = JSON.parse(message.slice(start, end + 1));
    return isPayload(tail) ? { message: message.slice(0, start) } : { message: message.slice(0, start), tail };
  } catch {
    return { message: message.slice(0, start) };
  }
};
