import { change } from "../../types.ts";
import type { Body, BodyChange, Transform } from "../../types.ts";
import { readMapString } from "./java.ts";
import { notations } from "./notations.ts";
import { readPrintR, readVarDump } from "./php.ts";
import { readPrint } from "./reader.ts";
import { ways } from "./scalars.ts";
import type { Scalars } from "./scalars.ts";
import { isJson } from "../../../values/parse-json.ts";

/** Larger bodies are unlikely to be logs that somebody pasted. */
const maxPrint = 512 * 1024;
/** Parsing printed output costs as much as hashing it this many times. */
const readFactor = 100;
const parsing = 10;

const fix =
  "Keep the original bytes: log the raw body as text before it is parsed (Express: express.raw(), then req.body.toString()), not the parsed object.";

const printed = (cost: number, name: string, culprit: string, json: string): BodyChange =>
  change(
    cost,
    { code: "body-reserialized", done: `it is converted back to JSON from what ${name} printed`, culprit, fix },
    () => Buffer.from(json),
  );

/** Converts a parsed body that was printed for people, as in a log, back to JSON. */
export const unprinted: Transform = {
  family: "print",
  layer: 1,
  *changes({ bytes, text, affords }: Body): Iterable<BodyChange> {
    if (text === undefined || text.length < 2 || text.length > maxPrint) return;
    // A body that is already JSON is not a printed version of it.
    if (!/^[{[(%A-Za-z#]/.test(text) || !affords(text.length * parsing) || isJson(text)) return;
    for (const notation of notations) {
      if (!notation.start.test(text) || !affords(text.length * readFactor)) continue;
      const json = readPrint(text, notation);
      if (json === undefined) continue;
      yield printed(2, notation.name, notation.culprit, json);
      return;
    }
    if (/^(?:array|object)\(/.test(text)) {
      const json = readVarDump(bytes);
      if (json !== undefined)
        yield printed(2, "PHP's var_dump()", "var_dump($data), or a page that was saved instead of a log", json);
    }
    yield* guessed(
      /^(?:Array|\w+ Object)\r?\n\(/,
      text,
      readPrintR,
      "PHP's print_r()",
      "print_r($data, true) instead of json_encode()",
    );
    yield* guessed(
      /^\{(?:[\w.$-]{1,80}=|\}$)/,
      text,
      readMapString,
      "Java's Map.toString()",
      "String.valueOf(map) or a logger instead of the mapper's writeValueAsString(map)",
    );
  },
};

function* guessed(
  start: RegExp,
  text: string,
  read: (text: string, way: Scalars) => string | undefined,
  name: string,
  culprit: string,
): Iterable<BodyChange> {
  if (!start.test(text)) return;
  const known = new Set<string>();
  for (const way of ways) {
    const json = read(text, way);
    if (json === undefined || known.has(json)) continue;
    known.add(json);
    yield printed(known.size === 1 ? 2 : 3, name, culprit, json);
  }
}
