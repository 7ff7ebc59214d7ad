import { placeName, placesName } from "../../providers/place.ts";
import { doubtOf, isAssumed, schemesOf, valueOf, windowText } from "../../providers/profile.ts";
import type { Fact, Profile, Scheme, TimestampRule } from "../../providers/profile.ts";
import { categoryNames } from "../../providers/search.ts";
import { decodeBytes } from "../../request/request.ts";
import { escapeControls } from "../../values/escape.ts";
import type { Paint, SafeText } from "../../cli/paint.ts";
import { wrap } from "../../cli/wrap.ts";
import type { Infer } from "../../values/infer.ts";
import type { platformEvents } from "../events/schema.ts";
import type { providersOutput } from "./schema.ts";

type ProvidersData = Infer<typeof providersOutput>;
type Row = ProvidersData["providers"][number];
export type EventsData = Infer<typeof platformEvents>;

/** One row per platform, grouped, the user's own first. */
export const providersView = ({ providers }: ProvidersData, paint: Paint): string => {
  if (providers.length === 0) return "";
  const width = Math.max(...providers.map(({ id }) => id.length));
  const groups = [
    { title: "Yours", its: providers.filter(({ own }) => own) },
    ...Object.entries(categoryNames).map(([category, title]) => ({
      title,
      its: providers.filter((one) => !one.own && one.category === category),
    })),
  ];
  return [
    ...groups.flatMap(({ title, its }) =>
      its.length === 0 ? [] : [paint`${paint.dim(title)}`, ...its.map((one) => providerRow(one, width, paint))],
    ),
    "",
    paint`${paint.dim("hookproof providers show ID shows everything about one")}`,
  ].join("\n");
};

const foundShown = 3;

const providerRow = ({ id, summary, aliases, foundBy = [] }: Row, width: number, paint: Paint): string => {
  const also = aliases.length === 0 ? "" : ` (also ${aliases.join(", ")})`;
  const more = foundBy.length > foundShown ? `, ${foundBy.length - foundShown} more` : "";
  const found = foundBy.length === 0 ? "" : `: ${foundBy.slice(0, foundShown).join(", ")}${more}`;
  return withHangingIndent(
    paint.markSafe(paint`  ${paint.bold(id.padEnd(width))}  `),
    width + 4,
    `${summary}${also}${found}`,
    paint,
  );
};

/** A platform's event types as a list, or the bytes of a sample. */
export const eventsView = (data: EventsData, paint: Paint): string | Uint8Array => {
  if ("sample" in data) return decodeBytes(data.sample);
  const width = typeColumn(data.events, 0, paint);
  return [
    ...data.events.map((event) => eventLine(event, width, "", paint)),
    ...(data.assumed === null ? [] : ["", guess(data.assumed, 0, paint)]),
  ].join("\n");
};

/** Everything about a platform: signature, request, delivery, events, troubleshooting, sources. */
export const providerView = (profile: Profile, paint: Paint): string => {
  const { delivery, envelope } = profile;
  const typeWidth = typeColumn(profile.events, 2, paint);
  const heading = (text: string): string => `\n${paint`${paint.bold(text)}`}${source(profile, text, paint)}`;
  const labels = [
    "never retried",
    ...Object.keys(profile.endpoints ?? {}),
    ...(envelope.fields ?? []).map(({ path }) => path),
  ];
  const labelled = Math.min(24, Math.max(...labels.map((label) => label.length)));
  const row = (name: string, value: string, doubt = ""): string => {
    const text = withHangingIndent(
      paint.markSafe(paint`  ${paint.dim(name.padEnd(labelled))} `),
      labelled + 3,
      value + doubt,
      paint,
    );
    // Wrapped together with the value, then coloured.
    return doubt === "" ? text : text.slice(0, -doubt.trim().length) + paint`${paint.warn(doubt.trim())}`;
  };
  const list = (one: Fact<readonly (string | number)[]>): string => `${valueOf(one).join(", ")}`;
  const fact = <T>(name: string, one: Fact<T>, text: string): string =>
    row(name, text, isAssumed(one) ? " assumed" : "");
  return [
    paint`${paint.bold(profile.name)} ${paint.dim(`(${profile.id}${profile.aliases === undefined ? "" : `, also ${profile.aliases.join(", ")}`})`)}`,
    withHangingIndent("", 0, profile.summary, paint),
    paint`${paint.dim(`source: ${profile.source.document}${profile.source.updated === undefined ? "" : `, updated ${profile.source.updated}`}`)}`,
    heading("schemes"),
    ...schemeLines(profile, paint),
    heading("envelope"),
    row("event id", envelope.id.map(place).join(", ") || "not sent"),
    row("event type", envelope.type.map(place).join(", ") || "not sent"),
    row(
      "dedupe by",
      `${valueOf(envelope.dedupe).map(place).join(" + ") || "nothing"}${isAssumed(envelope.dedupe) ? " (assumed)" : ""}`,
    ),
    ...(profile.attempt === undefined
      ? []
      : [
          row(
            "attempt",
            `${profile.attempt.header} from ${profile.attempt.first}${profile.attempt.onFirst ? "" : ", on retries only"}`,
          ),
        ]),
    ...(envelope.fields ?? []).map((field) =>
      row(
        field.path,
        `${field.need}${field.format === undefined ? "" : `, ${field.format}`}${field.meaning === undefined ? "" : `: ${field.meaning}`}`,
      ),
    ),
    heading("delivery"),
    fact("HTTPS only", delivery.httpsOnly, valueOf(delivery.httpsOnly) ? "yes" : "no"),
    fact("timeout", delivery.timeout, valueOf(delivery.timeout)),
    fact("attempts", delivery.attempts, String(valueOf(delivery.attempts))),
    fact("delays", delivery.delays, list(delivery.delays) || "none"),
    fact("retried", delivery.retry, list(delivery.retry)),
    ...(delivery.terminal === undefined ? [] : [fact("never retried", delivery.terminal, list(delivery.terminal))]),
    fact("otherwise", delivery.otherwise, valueOf(delivery.otherwise)),
    ...(delivery.retryAfter === undefined
      ? []
      : [fact("Retry-After", delivery.retryAfter, valueOf(delivery.retryAfter) ? "honored" : "ignored")]),
    ...(delivery.terminalEvent === undefined ? [] : [row("final event", delivery.terminalEvent)]),
    ...(profile.endpoints === undefined
      ? []
      : [
          heading("endpoints"),
          ...Object.entries(profile.endpoints).map(([name, one]) =>
            row(name, `${one.method} ${one.path} (${one.auth})`),
          ),
        ]),
    ...(profile.incoming === undefined ? [] : [heading("incoming"), row("accepts", profile.incoming.join(", "))]),
    heading("events"),
    ...profile.events.map((event) => eventLine(event, typeWidth, "  ", paint)),
    ...(profile.samplesAssumed === undefined ? [] : [guess(profile.samplesAssumed, 2, paint)]),
    ...(profile.troubleshooting.length === 0
      ? []
      : [
          heading("troubleshooting"),
          ...profile.troubleshooting.flatMap((trouble) => [
            withHangingIndent(
              "  ",
              4,
              `${[...trouble.on, ...(trouble.symptom === undefined ? [] : [trouble.symptom])].join(", ")}: ${trouble.cause}`,
              paint,
            ),
            withHangingIndent(paint.markSafe(paint`    ${paint.mark.arrow} `), 6, trouble.next, paint),
          ]),
        ]),
    ...(profile.notes === undefined
      ? []
      : [heading("notes"), ...profile.notes.map((note) => withHangingIndent("  ", 2, note, paint))]),
    ...doubts(profile, paint),
  ].join("\n");
};

/** Text after a lead, wrapped to the terminal's width; further lines are indented. */
export const withHangingIndent = (lead: string | SafeText, indent: number, text: string, paint: Paint): string =>
  paint`${typeof lead === "string" ? paint.markSafe(lead) : lead}${paint.markSafe(
    wrap(escapeControls(text), Math.max(24, paint.width - indent))
      .split("\n")
      .join(`\n${" ".repeat(indent)}`),
  )}`;

/** The width of the column of event types that leaves room for their descriptions. Longer types don't count. */
const typeColumn = (events: EventLines, indent: number, paint: Paint): number => {
  const longestWord = Math.max(0, ...events.flatMap(({ when }) => when.split(" ").map(({ length }) => length)));
  const most = Math.min(Math.floor(paint.width / 2), paint.width - longestWord) - indent - 2;
  return Math.max(0, ...events.map(({ type }) => type.length).filter((length) => length <= most));
};

type EventLines = readonly { readonly type: string; readonly when: string }[];

/** An event type and when it is sent; a type wider than the column gets its own line. */
const eventLine = (
  { type, when }: { readonly type: string; readonly when: string },
  width: number,
  indent: string,
  paint: Paint,
): string => {
  const name = paint`${indent}${paint.bold(type.padEnd(width))}`;
  if (type.length > width) return `${name}\n${withHangingIndent(`${indent}    `, indent.length + 4, when, paint)}`;
  return withHangingIndent(paint.markSafe(`${name}  `), indent.length + width + 2, when, paint);
};

const guess = (why: string, indent: number, paint: Paint): string =>
  withHangingIndent(
    paint.markSafe(paint`${" ".repeat(indent)}${paint.warn("samples are assumed:")} `),
    indent + 21,
    why,
    paint,
  );

const place = (locator: Profile["envelope"]["id"][number]): string =>
  "header" in locator
    ? `header ${locator.header}`
    : "json" in locator
      ? `body ${locator.json}`
      : `form ${locator.form}`;

const schemeLines = (profile: Profile, paint: Paint): readonly string[] => {
  const schemes = schemesOf(profile);
  if (schemes === undefined) {
    const reason = "undocumented" in profile.schemes ? profile.schemes.undocumented : "";
    return [
      withHangingIndent(paint.markSafe(paint`  ${paint.warn("not documented:")} `), 18, reason, paint),
      paint`  ${paint.dim("pass --signature-header and --signature-form")}`,
    ];
  }
  return schemes.map(
    (scheme) =>
      withHangingIndent(
        paint.markSafe(paint`  ${scheme.name.padEnd(9)} `),
        12,
        `${placesName(scheme)}: ${scheme.summary}`,
        paint,
      ) + timeText(scheme, paint).text,
  );
};

const timeText = (scheme: Scheme, paint: Paint): SafeText => {
  const rule = scheme.timestamp;
  if (rule === undefined) return paint.markSafe("");
  const from = "pair" in rule.from ? `${rule.from.pair}=` : placeName(rule.from);
  return paint.markSafe(
    `\n${withHangingIndent("            ", 12, `timestamp ${from} ${isOpaque(rule) ? "is signed, but its age is not checked" : `in ${unitText(rule)}, ${windowText(rule)}`}`, paint)}`,
  );
};

const unitText = ({ unit }: TimestampRule): string =>
  (typeof unit === "string" ? [unit] : unit)
    .map(
      (one) =>
        ({ s: "seconds", ms: "milliseconds", iso: "ISO 8601", "http-date": "an HTTP date", opaque: "text" })[one],
    )
    .join(" or ");

const isOpaque = ({ unit }: TimestampRule): boolean => unit === "opaque" || unit.includes("opaque");

const source = (profile: Profile, part: string, paint: Paint): string => {
  const from = profile.sources[part];
  return from === undefined ? "" : `\n${withHangingIndent("  ", 2, `from ${from}`, paint)}`;
};

/** Why each assumption was made. */
const doubts = (profile: Profile, paint: Paint): readonly string[] => {
  const facts: readonly (readonly [string, string | undefined])[] = [
    ["schemes", "undocumented" in profile.schemes ? undefined : doubtOf(profile.schemes)],
    ...(schemesOf(profile) ?? []).flatMap((scheme) =>
      scheme.timestamp === undefined
        ? []
        : ([
            [`${scheme.name}: past`, doubtOf(scheme.timestamp.past)],
            [`${scheme.name}: future`, doubtOf(scheme.timestamp.future)],
          ] as const),
    ),
    ["dedupe by", doubtOf(profile.envelope.dedupe)],
    ["HTTPS only", doubtOf(profile.delivery.httpsOnly)],
    ["timeout", doubtOf(profile.delivery.timeout)],
    ["attempts", doubtOf(profile.delivery.attempts)],
    ["delays", doubtOf(profile.delivery.delays)],
    ["retried", doubtOf(profile.delivery.retry)],
    ["never retried", profile.delivery.terminal === undefined ? undefined : doubtOf(profile.delivery.terminal)],
    ["otherwise", doubtOf(profile.delivery.otherwise)],
    ["Retry-After", profile.delivery.retryAfter === undefined ? undefined : doubtOf(profile.delivery.retryAfter)],
    ...Object.entries(profile.endpoints ?? {}).flatMap(
      ([name, { baseUrl, success }]) =>
        [
          [`${name}: address`, baseUrl === undefined ? undefined : doubtOf(baseUrl)],
          [`${name}: success`, doubtOf(success)],
        ] as const,
    ),
  ];
  const lines = facts.flatMap(([name, why]) => (why === undefined ? [] : [wrap(`${name}: ${why}`, paint.width - 4)]));
  return lines.length === 0
    ? []
    : [
        "",
        paint`${paint.bold("assumed, because the document does not say")}`,
        ...lines.map((text) => paint`${paint.block(text, "  ")}`),
      ];
};
