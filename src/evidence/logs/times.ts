/** A time that a log line states. */
export interface LogTime {
  /** Epoch milliseconds; a time without a zone is taken as UTC. */
  readonly ms: number;
  /** False if the time has no zone: then a wrapper's time is preferred. */
  readonly zoned: boolean;
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** The time must be within this many characters of the line's start. */
const headLength = 200;

/**
 * The first time at or near the beginning of a text.
 * @param near epoch milliseconds, to complete times without a year (syslog)
 */
export const timeIn = (text: string, near: number): LogTime | null => {
  const head = text.slice(0, headLength);
  for (const form of head.charCodeAt(2) === 0x2f ? commonFirst : forms) {
    const match = form.pattern.exec(head);
    const found = match === null ? null : form.read(match.groups ?? {}, near);
    if (found !== null) return found;
  }
  return null;
};

/** The time in a field's value: a number (s, ms, µs or ns since 1970), or any text form. */
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
  const at = named >= 0 ? named : Number(month) - 1;
  const colon = clock.indexOf(":");
  const [hour, minute, second] = [
    Number(clock.slice(0, colon)),
    Number(clock.slice(colon + 1, colon + 3)),
    Number(clock.slice(colon + 4)),
  ];
  if (at > 11 || at < 0 || Number(day) > 31 || hour > 23 || minute > 59 || second > 60) return null;
  const hours = half === undefined ? hour : (hour % 12) + (half === "PM" ? 12 : 0);
  const ms = fraction === undefined ? 0 : Number(fraction.slice(0, 3).padEnd(3, "0"));
  return {
    ms: Date.UTC(Number(year), at, Number(day), hours, minute, second, ms) - offsetMs(zone),
    zoned: zone !== undefined,
  };
};

/** `+02:00` and `+0200` in milliseconds; `Z`, `UTC` and none are 0. */
const offsetMs = (zone: string | undefined): number => {
  const sign = zone?.charCodeAt(0) === 0x2d ? -1 : 1;
  return zone === undefined || zone.length < 5
    ? 0
    : sign * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2))) * 60_000;
};

/** Old syslog times have no year; use the year that brings the time closest to the failure. */
const yearless = (parts: Parts, near: number): LogTime | null => {
  const year = new Date(near).getUTCFullYear();
  const candidates = [year - 1, year, year + 1]
    .map((one) => dated({ ...parts, year: String(one) }))
    .filter((one) => one !== null);
  return candidates.toSorted((a, b) => Math.abs(a.ms - near) - Math.abs(b.ms - near))[0] ?? null;
};

const forms: readonly TimeForm[] = [
  // ISO 8601 and similar: 2026-06-19T12:00:00.123Z, 2026/06/19 12:00:00, 2026/06/19 - 12:00:00 (gin).
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

/** The order to try if a text seems to begin with 19/Jun/2026. */
const commonFirst = [...forms.slice(1, 2), ...forms];
