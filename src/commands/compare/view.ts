import type { BodyComparison, Change, Comparison } from "../../compare/compare.ts";
import type { HeaderChange } from "../../compare/headers.ts";
import type { CompareFinding } from "../../compare/words.ts";
import { utf8Text } from "../../request/request.ts";
import { formatSize } from "../../values/size.ts";
import type { Paint, SafeText } from "../../cli/paint.ts";
import { wrap } from "../../cli/wrap.ts";
import { pluralize } from "../../values/count.ts";

/**
 * The comparison as text: what changed, where, and the usual cause.
 * @param bodyOnly only the bodies were compared
 */
export const compareView = (comparison: Comparison, bodyOnly: boolean, paint: Paint): string => {
  const { identical, events, method, target, headers, body, findings } = comparison;
  if (identical) {
    const what = bodyOnly ? "the bodies" : "method, target, headers and body";
    return paint`${paint.good(paint.mark.yes)} ${paint.good("identical")}: ${what} (${formatSize(body.sentLength)})`;
  }
  return [
    paint`${paint.bad(paint.mark.no)} ${paint.bad("different")}: ${summary(comparison)}`,
    ...(events === null
      ? []
      : [
          "",
          paint`${paint.block(wrap(`these are two different events (${events.sent}, ${events.received})`, paint.width), "")}`,
        ]),
    ...section("request", [...changeLines("method", method, paint), ...changeLines("target", target, paint)], paint),
    ...section("headers", headerLines(headers, paint), paint),
    ...section("body", bodyLines(body, paint), paint),
    ...findings.flatMap((finding, index) => ["", findingLines(finding, findings.slice(index + 1), paint)]),
  ].join("\n");
};

const summary = ({ method, target, headers, body }: Comparison): string =>
  [
    method === null ? [] : ["method"],
    target === null ? [] : ["target"],
    headers.length === 0 ? [] : [pluralize(headers.length, "header change")],
    body.identical ? [] : ["body"],
  ]
    .flat()
    .join(", ");

const section = (title: string, lines: readonly string[], paint: Paint): readonly string[] =>
  lines.length === 0 ? [] : ["", paint`${paint.bold(title)}`, ...lines];

const usually = (culprit: string, paint: Paint): readonly string[] =>
  culprit === "" ? [] : [paint`    ${paint.dim(`usually: ${culprit}`)}`];

const changeLines = (name: string, change: Change | null, paint: Paint): readonly string[] =>
  change === null
    ? []
    : [
        paint`  ${paint.warn(name)}  ${change.sent} ${paint.mark.arrow} ${change.received}`,
        ...usually(change.culprit, paint),
      ];

/** Groups changes of the same kind and cause: six headers added by one proxy are one item. */
const headerLines = (changes: readonly HeaderChange[], paint: Paint): readonly string[] => {
  return [...grouped(changes).values()].flatMap((group) => [
    ...group.map((change) => headerLine(change, paint)),
    ...usually(group[0]?.culprit ?? "", paint),
  ]);
};

const grouped = (changes: readonly HeaderChange[]): ReadonlyMap<string, readonly HeaderChange[]> => {
  const groups = new Map<string, HeaderChange[]>();
  for (const change of changes) {
    const key = `${change.kind} ${change.culprit}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [change]);
    else group.push(change);
  }
  return groups;
};

const headerLine = ({ kind, name, sent, received, offset }: HeaderChange, paint: Paint): string => {
  const label = paint.warn(kind.padEnd(8));
  const [before, after] = [short(sent), short(received)];
  switch (kind) {
    case "added":
      return sent.length === 0
        ? paint`  ${label} ${name}: ${after}`
        : paint`  ${label} ${name}: ${before} ${paint.mark.arrow} ${after}`;
    case "removed":
      return paint`  ${label} ${name}: ${before}`;
    case "case":
      return paint`  ${label} ${before} ${paint.mark.arrow} ${after}`;
    case "moved":
      return paint`  ${label} ${name}: from position ${before} to ${after}`;
    case "value":
      return paint`  ${label} ${name}: ${before} ${paint.mark.arrow} ${after} ${paint.dim(`(from byte ${offset ?? 0})`)}`;
    default:
      return paint`  ${label} ${name}: ${before} ${paint.mark.arrow} ${after}`;
  }
};

/** Shortens values for display; UTF-8 bytes are shown as characters. */
const short = (values: readonly string[]): string => {
  const bytes = Buffer.from(values.join(" | "), "latin1");
  const text = utf8Text(bytes) ?? bytes.toString("latin1");
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
};

const bodyLines = (body: BodyComparison, paint: Paint): readonly string[] => {
  if (body.identical) return [];
  const count = body.placeCount === null ? "more than 200 places" : pluralize(body.placeCount, "place");
  const places = body.places.slice(0, 8);
  const remaining = (body.placeCount ?? Number.POSITIVE_INFINITY) - places.length;
  return [
    paint`  ${body.sentLength} bytes sent, ${body.receivedLength} received; ${count}, first at byte ${body.firstByte}`,
    ...places.map(
      (place) =>
        paint`  ${paint.dim(`byte ${String(place.sentAt).padStart(5)}`)}  ${side(place.sent, paint, "bad")} ${paint.mark.arrow} ${side(place.received, paint, "good")}`,
    ),
    ...(remaining > 0 && places.length > 0
      ? [paint`  ${paint.dim(Number.isFinite(remaining) ? `and ${remaining} more` : "and more")}`]
      : []),
  ];
};

const side = (text: string, paint: Paint, tone: "good" | "bad"): SafeText =>
  text === "" ? paint.dim("nothing") : paint[tone](`'${text}'`);

/** Cause and fix shared by several findings are printed once, below the last of them. */
const findingLines = (finding: CompareFinding, later: readonly CompareFinding[], paint: Paint): string => {
  const { code, message, culprit, fix } = finding;
  const lines = [
    message,
    ...(later.some((other) => other.culprit === culprit) ? [] : [`usually: ${culprit}`]),
    ...(later.some((other) => other.fix === fix) ? [] : [`fix: ${fix}`]),
  ];
  return [
    paint`${paint.bold(code)}`,
    ...lines.map((line) => paint`${paint.block(wrap(line, paint.width - 2), "  ")}`),
  ].join("\n");
};
