import { utf8Text } from "../request/request.ts";
import type { BodyCode } from "../signature/advice.ts";
import { escapeControls } from "../values/escape.ts";
import { compareJson } from "../values/json-compare.ts";
import type { JsonComparison, JsonDifference, JsonStyle } from "../values/json-compare.ts";
import { finding } from "./words.ts";
import type { CompareFinding } from "./words.ts";

/**
 * Finds what was done to a JSON body, in meaning and in notation.
 * @returns undefined if either side isn't JSON
 */
export const jsonCauses = (sent: Buffer, received: Buffer): readonly CompareFinding[] | undefined => {
  const [before, after] = [utf8Text(sent), utf8Text(received)];
  if (before === undefined || after === undefined) return undefined;
  const compared = compareJson(before, after);
  if (compared === undefined) return undefined;
  const place = (at: number): number => Buffer.byteLength(after.slice(0, at));
  const written = [reserialized(compared, place), ...spellings.map((spelling) => respelled(spelling, compared, place))];
  const altered = changedValues(compared, place);
  const found = [...written, altered].filter((one) => one !== undefined);
  // Outer whitespace counts as part of the spacing; on its own it is handled earlier.
  return found.length > 0 && (compared.spacingAt !== null || outer(before) === outer(after))
    ? found
    : [
        ...found,
        finding(
          "body-whitespace",
          "whitespace around the JSON changed",
          before.startsWith(after.slice(0, 1)) ? received.length : 0,
        ),
      ];
};

type Place = (at: number) => number;

const reserialized = (compared: JsonComparison, place: Place): CompareFinding | undefined => {
  const { styles, spacingAt, reordered, deduplicated } = compared;
  const what = [
    spacingAt === null ? "" : spacingMessage(styles.sent, styles.received),
    reordered === null ? "" : `the keys ${reordered === "" ? "" : `of ${reordered} `}are in another order`,
    deduplicated === null ? "" : `the duplicate key ${deduplicated} was dropped`,
  ].filter((part) => part !== "");
  if (what.length === 0) return undefined;
  const first = spacingAt ?? compared.differences[0]?.receivedOffset ?? 0;
  return finding("body-reserialized", escapeControls(`the JSON was re-serialized: ${what.join("; ")}`), place(first));
};

const styleNames: Readonly<Record<JsonStyle, string>> = {
  compact: "compact",
  spaced: "spaced like Python's json.dumps",
  indented: "indented",
  mixed: "irregularly spaced",
};

const spacingMessage = (before: JsonStyle, after: JsonStyle): string =>
  before === after
    ? "whitespace between tokens changed"
    : `it was ${styleNames[before]} and is now ${styleNames[after]}`;

interface Spelling {
  readonly kind: JsonDifference["kind"];
  readonly code: BodyCode;
  readonly what: string;
}

const spellings: readonly Spelling[] = [
  { kind: "number", code: "body-numbers", what: "numbers are written differently" },
  { kind: "slash", code: "body-escapes", what: "escapes of the slash changed (\\/ and /)" },
  { kind: "unicode", code: "body-escapes", what: "escapes of non-ASCII characters changed (\\u00e9 and é)" },
  { kind: "html", code: "body-escapes", what: "escapes of < > & ' or line separators changed (\\u003c and <)" },
  { kind: "hex-case", code: "body-escapes", what: "hex digits of \\u escapes changed between lower and upper case" },
  { kind: "other", code: "body-escapes", what: "escapes of ASCII or control characters changed" },
];

const respelled = (
  { kind, code, what }: Spelling,
  compared: JsonComparison,
  place: Place,
): CompareFinding | undefined => {
  const first = compared.differences.find((one) => one.kind === kind);
  if (first === undefined) return undefined;
  const count = compared.counts.get(kind) ?? 1;
  const where = `${count === 1 ? "1 place" : `${count} places, first`} at ${first.path === "" ? "the top" : first.path}`;
  return finding(
    code,
    escapeControls(`${what}: ${where}, ${first.sent} became ${first.received}`),
    place(first.receivedOffset),
  );
};

const changedValues = (compared: JsonComparison, place: Place): CompareFinding | undefined => {
  const changes = compared.differences.filter(({ kind }) => kind === "value" || kind === "missing" || kind === "added");
  const [first] = changes;
  if (first === undefined) return undefined;
  const count = (["value", "missing", "added"] as const).reduce(
    (sum, kind) => sum + (compared.counts.get(kind) ?? 0),
    0,
  );
  const paths = changes.slice(0, 5).map((one) => valueMessage(one));
  const more = count > paths.length ? `, and ${count - paths.length} more` : "";
  return finding(
    "body-altered",
    escapeControls(`${count === 1 ? "a value" : `${count} values`} changed: ${paths.join(", ")}${more}`),
    place(first.receivedOffset),
  );
};

const valueMessage = ({ kind, path, sent, received }: JsonDifference): string => {
  const name = path === "" ? "the document" : path;
  if (kind === "missing") return `${name} was removed`;
  return kind === "added" ? `${name} was added` : `${name} was ${sent} and is ${received}`;
};

const outer = (text: string): string =>
  `${/^[ \t\r\n]*/.exec(text)?.[0] ?? ""}|${text.slice(text.replace(/(?<![ \t\r\n])[ \t\r\n]+$/, "").length)}`;
