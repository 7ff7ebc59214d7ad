/** What a log line says, in whatever form it is written. */
export interface LogFacts {
  /** Epoch milliseconds; null where the line has no time of its own. */
  readonly time: number | null;
  readonly status: number | null;
  readonly method: string | null;
  /** With its query. */
  readonly path: string | null;
  readonly form: "combined" | "json" | "logfmt" | "plain";
}

/**
 * Reads a line of a receiver's log: nginx and Apache combined (also with the virtual host in front),
 * JSON (pino, winston, bunyan and their kin), logfmt, or plain text with a time.
 * @param near epoch milliseconds, for forms that leave out the year (syslog); a time without a zone is UTC
 */
export const parseLogLine = (line: string, near: number): LogFacts =>
  combined(line) ?? jsonLine(line) ?? logfmt(line, near) ?? plain(line, near);

const combinedPattern =
  /^(?:\S+:\d+ )?\S+ \S+ \S+ \[([^\]]{20,32})\] "(?:([A-Z]+) ([^\s"]+)(?: [^"]*)?|[^"]*)" (\d{3}) /;

const combined = (line: string): LogFacts | undefined => {
  const match = combinedPattern.exec(line);
  if (match === null) return undefined;
  return {
    time: clfTime(match[1] ?? ""),
    method: match[2] ?? null,
    path: match[3] ?? null,
    status: Number(match[4]),
    form: "combined",
  };
};

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `19/Jun/2026:12:00:00 +0200` (Common Log Format). */
const clfTime = (text: string): number | null => {
  const [, day, month, year, clock, zone] =
    /^(\d{2})\/([A-Z][a-z]{2})\/(\d{4}):(\d{2}:\d{2}:\d{2}) ([+-]\d{4})$/.exec(text) ?? [];
  const at = months.indexOf(month ?? "");
  return at < 0
    ? null
    : timeOf(`${year}-${String(at + 1).padStart(2, "0")}-${day}T${clock}${zone?.slice(0, 3)}:${zone?.slice(3)}`);
};

const timeOf = (text: string): number | null => {
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : ms;
};

const jsonLine = (line: string): LogFacts | undefined => {
  if (!/^\s*\{/.test(line)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  return {
    time: loggedTime(pick(value, ["time", "timestamp", "ts", "@timestamp", "date", "datetime", "eventTime"])),
    status: statusOf(
      pick(value, [
        "res.statusCode",
        "response.statusCode",
        "response.status",
        "http.status_code",
        "http.response.status_code",
        "statusCode",
        "status_code",
        "status",
        "res.status",
        "httpStatus",
        "code",
      ]),
    ),
    method: textOf(pick(value, ["req.method", "request.method", "http.method", "method", "httpMethod"])),
    path: textOf(
      pick(value, [
        "req.url",
        "req.path",
        "request.url",
        "request.path",
        "http.target",
        "http.url",
        "request_uri",
        "url",
        "path",
        "uri",
      ]),
    ),
    form: "json",
  };
};

/** The first of several dotted paths that is there; a dotted name may also be one key (OpenTelemetry). */
const pick = (value: unknown, paths: readonly string[]): unknown => {
  for (const path of paths) {
    let at: unknown = field(value, path);
    if (at === undefined) {
      at = value;
      for (const step of path.split(".")) at = field(at, step);
    }
    if (at !== undefined && at !== null) return at;
  }
  return undefined;
};

const field = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null ? Object.entries(value).find(([name]) => name === key)?.[1] : undefined;

const textOf = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);

const statusOf = (value: unknown): number | null => {
  const status = typeof value === "string" ? Number(value) : value;
  return typeof status === "number" && Number.isInteger(status) && status >= 100 && status <= 599 ? status : null;
};

/** pino writes milliseconds, others seconds with decimals, most ISO 8601. */
const loggedTime = (value: unknown): number | null => {
  const number = typeof value === "string" && /^\d+(?:\.\d+)?$/.test(value) ? Number(value) : value;
  if (typeof number === "number")
    return Math.round(
      number > 1e17 ? number / 1e6 : number > 1e14 ? number / 1e3 : number > 1e11 ? number : number * 1000,
    );
  return typeof value === "string" ? isoTime(value) : null;
};

const isoPattern = /(\d{4})[-/](\d{2})[-/](\d{2})[T ](\d{2}:\d{2}:\d{2})(?:[.,](\d{1,9}))?\s?(Z|[+-]\d{2}:?\d{2})?/;

const isoTime = (text: string): number | null => {
  const [, year, month, day, clock, fraction, zone] = isoPattern.exec(text) ?? [];
  if (year === undefined) return null;
  const ms = fraction === undefined ? "" : `.${fraction.slice(0, 3)}`;
  const offset =
    zone === undefined || zone === "Z" ? "Z" : zone.includes(":") ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`;
  return timeOf(`${year}-${month}-${day}T${clock}${ms}${offset}`);
};

const logfmt = (line: string, near: number): LogFacts | undefined => {
  const pairs = new Map<string, string>();
  for (const match of line.matchAll(/(?:^|\s)([A-Za-z_@][\w.@-]*)=("(?:[^"\\]|\\.)*"|\S*)/g)) {
    const value = match[2] ?? "";
    pairs.set(match[1] ?? "", value.startsWith('"') ? value.slice(1, -1) : value);
  }
  if (pairs.size < 2) return undefined;
  const first = (names: readonly string[]): string | undefined =>
    names.map((name) => pairs.get(name)).find((value) => value !== undefined && value !== "");
  const stamp = first(["time", "ts", "timestamp", "at", "t", "date"]);
  const status = statusOf(first(["status", "status_code", "statusCode", "code", "http_status"]));
  const time = stamp === undefined ? plainTime(line, near) : loggedTime(stamp);
  if (status === null && stamp === undefined) return undefined;
  return {
    time,
    status,
    method: first(["method", "http_method", "verb"]) ?? null,
    path: first(["path", "url", "uri", "request_uri"]) ?? null,
    form: "logfmt",
  };
};

const plain = (line: string, near: number): LogFacts => {
  const request = /\b(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\s+(\/\S*|https?:\/\/\S+)/.exec(line);
  const status =
    /\bHTTP\/[\d.]+"?\s+([1-5]\d\d)\b/.exec(line) ??
    /\b(?:status(?:\s?code)?|code|returned|returning|responded|response|answered|sent)\b[^\d\n]{0,12}([1-5]\d\d)\b/i.exec(
      line,
    ) ??
    /(?:->|=>|→|-)\s*([1-5]\d\d)\b/.exec(line) ??
    (request === null ? null : /\s([1-5]\d\d)(?:\s|$)/.exec(line.slice(request.index + request[0].length)));
  return {
    time: plainTime(line, near),
    status: status === null ? null : Number(status[1]),
    method: request?.[1] ?? null,
    path: request?.[2] ?? null,
    form: "plain",
  };
};

const plainTime = (line: string, near: number): number | null => {
  const head = line.slice(0, 200);
  const iso = isoTime(head);
  if (iso !== null) return iso;
  const clf = /\[?(\d{2}\/[A-Z][a-z]{2}\/\d{4}:\d{2}:\d{2}:\d{2} [+-]\d{4})\]?/.exec(head)?.[1];
  if (clf !== undefined) return clfTime(clf);
  const [, month, day, clock] = /^(?:<\d+>)?([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d{2}:\d{2}:\d{2})\b/.exec(head) ?? [];
  const at = months.indexOf(month ?? "");
  if (at >= 0 && day !== undefined) return syslogTime(at, day, clock ?? "", near);
  const epoch = /^\[?(\d{10}(?:\.\d+)?|\d{13})\]?\s/.exec(head)?.[1];
  return epoch === undefined ? null : loggedTime(epoch);
};

/** Syslog's old form has no year: the one that brings it nearest to the failure. */
const syslogTime = (month: number, day: string, clock: string, near: number): number | null => {
  const year = new Date(near).getUTCFullYear();
  const candidates = [year - 1, year, year + 1]
    .map((one) => timeOf(`${one}-${String(month + 1).padStart(2, "0")}-${day.padStart(2, "0")}T${clock}Z`))
    .filter((ms) => ms !== null);
  return candidates.toSorted((a, b) => Math.abs(a - near) - Math.abs(b - near))[0] ?? null;
};
