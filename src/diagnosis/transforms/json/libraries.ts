import type { Spacing } from "../../../values/json-style.ts";
import type { Choice, StringPart } from "./choices.ts";
import { marks, parts } from "./escapes.ts";
import { usual } from "./spacing.ts";

/** How the JSON writer of a common language spells strings and numbers, and the blanks that it can write. */
interface Library {
  readonly strings: readonly StringPart[];
  readonly spacings: readonly Choice<Spacing>[];
  readonly numbers: "js" | "python";
  /** Whether it can sort keys. */
  readonly sorts?: true;
}

const { compact, python, two, four, tab, jackson } = usual;

const plain: readonly StringPart[] = [parts.slashRaw, parts.unicodeRaw, parts.htmlRaw, parts.asciiShort];
const ascii: readonly StringPart[] = [parts.slashRaw, parts.unicodeLower, parts.htmlRaw, parts.asciiShort];
const goHtml: readonly StringPart[] = [parts.slashRaw, parts.unicodeRaw, parts.htmlLower, parts.asciiShort];

/** The JSON writers that most webhooks are written with. */
export const libraries: readonly Library[] = [
  // JSON.stringify, Ruby, jq, serde_json
  { strings: plain, spacings: [compact, two, four, tab, python], numbers: "js", sorts: true },
  // json.dumps
  {
    strings: ascii.with(1, deleted(parts.unicodeLower)),
    spacings: [python, compact, two, four, tab],
    numbers: "python",
    sorts: true,
  },
  // json.dumps(ensure_ascii=False)
  { strings: plain, spacings: [python, compact, two, four], numbers: "python", sorts: true },
  // json_encode, and with each of its usual flags
  { strings: ascii.with(0, parts.slashEscaped), spacings: [compact, four], numbers: "js" },
  { strings: ascii, spacings: [compact, four], numbers: "js" },
  { strings: [parts.slashEscaped, parts.linesEscaped, ...plain.slice(1)], spacings: [compact, four], numbers: "js" },
  { strings: [parts.linesEscaped, ...plain], spacings: [compact, four], numbers: "js" },
  {
    strings: [parts.slashEscaped, parts.unicodeLower, parts.htmlUpper, marks("'", "upper"), parts.asciiShort],
    spacings: [compact, four],
    numbers: "js",
  },
  // Go's encoding/json, Rails
  { strings: goHtml, spacings: [compact, two, tab], numbers: "js", sorts: true },
  // Gson
  { strings: [...goHtml, marks("='", "lower")], spacings: [compact, two], numbers: "python" },
  // Jackson
  { strings: [...plain, parts.digitsUpper], spacings: [compact, jackson], numbers: "python" },
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
    numbers: "js",
  },
];

function deleted(part: StringPart): StringPart {
  return { ...part, value: { ...part.value, del: true } };
}
