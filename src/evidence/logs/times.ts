/** A time that a log line states. */
export interface LogTime {
  /** Epoch milliseconds; a time without a zone is taken as UTC. */
  readonly ms: number;
  /** False where the line leaves the zone out: a wrapper's time is surer. */
  readonly zoned: boolean;
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Where in a line its time is looked for. */
const headLength = 200;

/**
 * The first time that a text begins with or has near its beginning.
 * @param near epoch milliseconds, for forms that leave out the year (syslog)
 */
export const timeIn = (text: string, near: number): LogTime | null => {
  const head = text.slice(0, headLength);
  for (const form of forms) {
    const match = form.pattern.exec(head);
    const found = match === null ? null : form.read(match.groups ?? {}, near);
    if (found !== null) return found;
  }
  return null;
};

/** A time that stands in a field of its own: a number (s, ms, µs or ns since 1970), or any text form. */
export const timeOfValue = (value: unknown, near: number): LogTime | null => {
  const number = typeof value === "string" && /^\d{9,19}(?:\.\d{1,9})?$/.test(value) ? Number(value) : value;
  if (typeof number === "number") return number < 1e8 ? null : { ms: epochMs(number), zoned: true };
  return typeof value === "string" ? timeIn(value, near) : null;
};

const epochMs = (number: number): number =>
  Math.round(number > 1e17 ? number / 1e6 : number > 1e14 ? number / 1e3 : number > 1e11 ? number : number * 1000);

type Parts = Readonly<Record<string, string | undefined>>;

interface TimeForm {
  /** Named groups: year, month (number or name), day, clock, fraction, zone, half (AM or PM), epoch. */
  readonly pattern: RegExp;
  readonly read: (parts: Parts, near: number) => LogTime | null;
}

const dated = ({ year = "", month = "", day = "", clock = "", fraction, zone, half }: Parts): LogTime | null => {
  const named = months.indexOf(month);
  const number = named >= 0 ? named + 1 : Number(month);
  const ms = fraction === undefined ? "" : `.${fraction.slice(0, 3)}`;
  const date = `${year}-${String(number).padStart(2, "0")}-${day.padStart(2, "0")}`;
  const at = Date.parse(`${date}T${half === undefined ? clock : hour24(clock, half)}${ms}${offset(zone)}`);
  return Number.isNaN(at) ? null : { ms: at, zoned: zone !== undefined };
};

const offset = (zone: string | undefined): string => {
  if (zone === undefined || /^(?:Z|UTC|GMT)$/.test(zone)) return "Z";
  return zone.includes(":") ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`;
};

const hour24 = (clock: string, half: string): string => {
  const [hour = "", ...rest] = clock.split(":");
  return [String((Number(hour) % 12) + (half === "PM" ? 12 : 0)).padStart(2, "0"), ...rest].join(":");
};

/** Syslog's old form has no year: the one that brings it nearest to the failure. */
const yearless = (parts: Parts, near: number): LogTime | null => {
  const year = new Date(near).getUTCFullYear();
  const candidates = [year - 1, year, year + 1]
    .map((one) => dated({ ...parts, year: String(one) }))
    .filter((one) => one !== null);
  return candidates.toSorted((a, b) => Math.abs(a.ms - near) - Math.abs(b.ms - near))[0] ?? null;
};

const forms: readonly TimeForm[] = [
  // ISO 8601 and its kin: 2026-06-19T12:00:00.123Z, 2026/06/19 12:00:00, 2026/06/19 - 12:00:00 (gin).
  {
    pattern:
      /(?<![\d.])(?<year>\d{4})[-/](?<month>\d{2})[-/](?<day>\d{2})(?:[T\t ]| - )(?<clock>\d{2}:\d{2}:\d{2})(?:[.,](?<fraction>\d{1,9}))?\s?(?<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?(?!\d)/,
    read: dated,
  },
  // Common Log Format; HAProxy adds milliseconds, Django and Werkzeug leave out the zone, PHP writes 19-Jun-2026.
  {
    pattern:
      /(?<!\d)(?<day>\d{2})[-/](?<month>[A-Z][a-z]{2})[-/](?<year>\d{4})[: ](?<clock>\d{2}:\d{2}:\d{2})(?:\.(?<fraction>\d{1,6}))?(?: (?<zone>UTC|GMT|[+-]\d{4}))?/,
    read: dated,
  },
  // Apache's error log: Fri Jun 19 12:00:00.123456 2026.
  {
    pattern:
      /\b[A-Z][a-z]{2} (?<month>[A-Z][a-z]{2}) {1,2}(?<day>\d{1,2}) (?<clock>\d{2}:\d{2}:\d{2})(?:\.(?<fraction>\d{1,6}))? (?<year>\d{4})\b/,
    read: dated,
  },
  // Syslog (RFC 3164), also with systemd's fraction.
  {
    pattern:
      /^(?:<\d{1,3}>)?(?<month>[A-Z][a-z]{2}) {1,2}(?<day>\d{1,2}) (?<clock>\d{2}:\d{2}:\d{2})(?:\.(?<fraction>\d{1,6}))?(?![\d:])/,
    read: yearless,
  },
  // NestJS: 06/19/2026, 12:00:00 PM.
  {
    pattern:
      /(?<!\d)(?<month>\d{1,2})\/(?<day>\d{1,2})\/(?<year>\d{4}), (?<clock>\d{1,2}:\d{2}:\d{2}) (?<half>AM|PM)\b/,
    read: dated,
  },
  // klog: W0619 12:00:00.123456.
  {
    pattern: /^[IWEF](?<month>\d{2})(?<day>\d{2}) (?<clock>\d{2}:\d{2}:\d{2})\.(?<fraction>\d{1,6}) /,
    read: yearless,
  },
  // Seconds or milliseconds since 1970.
  {
    pattern: /^\[?(?<epoch>\d{10}(?:\.\d{1,9})?|\d{13})\]?\s/,
    read: ({ epoch = "" }) => ({ ms: epochMs(Number(epoch)), zoned: true }),
  },
];
