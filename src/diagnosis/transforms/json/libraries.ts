import type { KeyOrder, Spacing } from "../../../values/json-style.ts";
import type { Choice, StringPart } from "./choices.ts";
import { marks, parts } from "./escapes.ts";
import type { Printing } from "./numbers.ts";
import { usual } from "./spacing.ts";

/** How the JSON writer of a common language writes strings and numbers, and the spacings it can produce. */
interface Library {
  readonly strings: readonly StringPart[];
  readonly spacings: readonly Choice<Spacing>[];
  readonly numbers: readonly Printing[];
  /** The key orders it can produce, besides keeping the given order. */
  readonly orders?: readonly KeyOrder[];
}

const { compact, python, two, four, tab, jackson, swift, ruby, perl } = usual;

const plain: readonly StringPart[] = [parts.slashRaw, parts.unicodeRaw, parts.htmlRaw, parts.asciiShort];
const ascii: readonly StringPart[] = [parts.slashRaw, parts.unicodeLower, parts.htmlRaw, parts.asciiShort];
const goHtml: readonly StringPart[] = [parts.slashRaw, parts.unicodeRaw, parts.htmlLower, parts.asciiShort];
const slashed: readonly StringPart[] = [parts.slashEscaped, ...plain.slice(1)];

/** The JSON writers that produce most webhooks, with their defaults and common options. */
export const libraries: readonly Library[] = [
  // JSON.stringify, jq, Jason, Poison, Dart
  { strings: plain, spacings: [compact, two, four, tab, python], numbers: ["js"], orders: ["sorted"] },
  // Ruby; PHP with all its flags against escapes
  { strings: plain, spacings: [compact, two, ruby, four], numbers: ["ruby", "php"] },
  // serde_json (its Map is sorted), orjson
  { strings: plain, spacings: [compact, two], numbers: ["rust"], orders: ["sorted"] },
  // json.dumps
  {
    strings: ascii.with(1, deleted(parts.unicodeLower)),
    spacings: [python, compact, two, four, tab],
    numbers: ["python"],
    orders: ["sorted"],
  },
  // json.dumps(ensure_ascii=False); PostgreSQL's jsonb and MySQL's JSON as text
  { strings: plain, spacings: [python, compact, two, four], numbers: ["python"], orders: ["sorted", "length"] },
  // json_encode, with each of its usual flags; ujson
  { strings: ascii.with(0, parts.slashEscaped), spacings: [compact, four], numbers: ["js", "php", "ujson"] },
  { strings: ascii, spacings: [compact, four], numbers: ["js", "php", "ruby"] },
  { strings: [parts.linesEscaped, ...slashed], spacings: [compact, four], numbers: ["js", "php"] },
  // simplejson(ensure_ascii=False), Gson without HTML escaping
  { strings: [parts.linesEscaped, ...plain], spacings: [compact, four, two, python], numbers: ["js", "php", "java"] },
  {
    strings: [parts.slashEscaped, parts.unicodeLower, parts.htmlUpper, marks("'", "upper"), parts.asciiShort],
    spacings: [compact, four],
    numbers: ["js"],
  },
  // ujson(encode_html_chars=True)
  {
    strings: [parts.slashEscaped, parts.unicodeLower, parts.htmlLower, parts.asciiShort],
    spacings: [compact, two, four],
    numbers: ["ujson"],
  },
  // Swift's JSONEncoder and JSONSerialization, SQL Server's FOR JSON, org.json of Android
  { strings: slashed, spacings: [compact, swift, two], numbers: ["js", "java"], orders: ["sorted", "java"] },
  // Lua's cjson
  { strings: [parts.delEscaped, ...slashed], spacings: [compact], numbers: ["python"] },
  // Go's encoding/json, Rails
  { strings: goHtml, spacings: [compact, two, tab], numbers: ["js"], orders: ["sorted"] },
  // JavaScriptSerializer of .NET
  { strings: [...goHtml, marks("'", "lower")], spacings: [compact], numbers: ["js"] },
  // Gson, also after parsing into Object
  { strings: [...goHtml, marks("='", "lower")], spacings: [compact, two], numbers: ["python", "java", "doubles"] },
  // Jackson to text, kotlinx.serialization, Moshi
  {
    strings: [...plain, parts.digitsUpper],
    spacings: [compact, jackson, four],
    numbers: ["python", "java"],
    orders: ["sorted"],
  },
  // Jackson to bytes
  {
    strings: [...plain, parts.astralUpper, parts.digitsUpper],
    spacings: [compact, jackson],
    numbers: ["python", "java"],
    orders: ["sorted"],
  },
  // Jackson ESCAPE_NON_ASCII, fastjson BrowserCompatible
  { strings: [...ascii.with(1, parts.unicodeUpper), parts.digitsUpper], spacings: [compact], numbers: ["java"] },
  // org.json
  {
    strings: [parts.slashClosing, parts.orgJson, ...plain.slice(1)],
    spacings: [compact],
    numbers: ["java", "js"],
    orders: ["java"],
  },
  // json-simple
  { strings: [parts.jsonSimple, ...slashed], spacings: [compact], numbers: ["java"], orders: ["java"] },
  // fastjson, Jackson of a HashMap
  { strings: plain, spacings: [compact], numbers: ["java"], orders: ["java", "sorted"] },
  // System.Text.Json
  {
    strings: [
      parts.slashRaw,
      deleted(parts.unicodeUpper),
      parts.htmlUpper,
      marks("\"'+`", "upper"),
      parts.asciiShort,
      parts.digitsUpper,
    ],
    spacings: [compact, two],
    numbers: ["js"],
  },
  // System.Text.Json with UnsafeRelaxedJsonEscaping
  { strings: [...plain, parts.digitsUpper], spacings: [compact, two], numbers: ["js"] },
  // System.Text.Json with UnicodeRanges.All
  {
    strings: [parts.slashRaw, parts.unicodeRaw, parts.astralUpper, parts.htmlUpper, marks("\"'+`", "upper")],
    spacings: [compact, two],
    numbers: ["js"],
  },
  // Newtonsoft.Json
  { strings: [parts.newtonsoft, ...plain], spacings: [compact, two], numbers: ["python"] },
  // JSON::PP and JSON::XS of Perl
  { strings: plain, spacings: [compact, perl], numbers: ["js"], orders: ["sorted"] },
];

function deleted(part: StringPart): StringPart {
  return { ...part, value: { ...part.value, del: true } };
}
