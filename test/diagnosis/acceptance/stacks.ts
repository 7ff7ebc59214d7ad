import type { Doc } from "./documents.ts";

/** Writes a document as one library with one set of options does. */
export interface Stack {
  readonly name: string;
  /** Of the rarer ones single causes are asked, no pairs. */
  readonly rare?: true;
  readonly sorts?: true;
  readonly write: (doc: Doc) => string;
}

interface Options {
  readonly item?: string;
  readonly colon?: string;
  readonly indent?: string;
  readonly sort?: true;
  readonly string: (text: string) => string;
  readonly number: (raw: string) => string;
  /** Jackson's default pretty printer. */
  readonly arrayInLine?: true;
  /** What stands in empty objects and lists; the indentation comes after a newline. */
  readonly empty?: readonly [object: string, array: string];
}

const written = (options: Options) => {
  const { item = ",", colon = ":", indent, string, number } = options;
  const nothing = (open: string, pad: string): string => {
    const between = options.empty?.[open === "{" ? 0 : 1] ?? "";
    return between.endsWith("\n") ? between + pad : between;
  };
  const value = (doc: Doc, pad: string): string => {
    if (doc === null || typeof doc === "boolean") return String(doc);
    if (typeof doc === "string") return string(doc);
    if ("number" in doc) return number(doc.number);
    const inner = pad + (indent ?? "");
    const around = (open: string, parts: readonly string[], close: string): string =>
      parts.length === 0
        ? open + nothing(open, pad) + close
        : indent === undefined
          ? open + parts.join(item) + close
          : `${open}\n${inner}${parts.join(`,\n${inner}`)}\n${pad}${close}`;
    if ("array" in doc) {
      return options.arrayInLine === true && doc.array.length > 0
        ? `[ ${doc.array.map((one) => value(one, pad)).join(", ")} ]`
        : around(
            "[",
            doc.array.map((one) => value(one, inner)),
            "]",
          );
    }
    const members = options.sort ? doc.object.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)) : doc.object;
    return around(
      "{",
      members.map(([key, one]) => string(key) + colon + value(one, inner)),
      "}",
    );
  };
  return (doc: Doc): string => value(doc, "");
};

const hex = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
const upper = (char: string): string => `\\u${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
const js = (text: string): string => JSON.stringify(text);
const ascii = (text: string): string => js(text).replace(/[\u007f-\uffff]/g, hex);
const asciiKeepDel = (text: string): string => js(text).replace(/[\u0080-\uffff]/g, hex);
const slashes = (text: string): string => text.replaceAll("/", "\\/");
const lines = (text: string): string => text.replace(/[\u2028\u2029]/g, hex);
const go = (text: string): string => lines(js(text)).replace(/[<>&]/g, hex);
const gson = (text: string): string => lines(js(text)).replace(/[<>&=']/g, hex);
const jackson = (text: string): string =>
  js(text).replace(/\\u00[01][0-9a-f]/g, (one) => `\\u${one.slice(2).toUpperCase()}`);
const dotnet = (text: string): string =>
  jackson(text)
    .replace(/^"|"$/g, "")
    .replaceAll('\\"', "\\u0022")
    .replace(/[<>&'+`\u007f-\uffff]/g, upper)
    .replace(/^.*$/s, '"$&"');

const ranged = (text: string): string => text.replace(/[\u0080-\u009f\u2000-\u20ff]/g, hex);

const same = (raw: string): string => raw;
const double = (raw: string): string => String(Number(raw));
const isWhole = (raw: string): boolean => /^-?\d+$/.test(raw);
const python = (raw: string): string => {
  if (isWhole(raw)) return raw === "-0" ? "0" : raw;
  const plain = String(Number(raw));
  return isWhole(plain) ? `${plain}.0` : plain;
};
const goNumber = (raw: string): string => (Object.is(Number(raw), -0) ? "-0" : double(raw));

const stack = (name: string, options: Options, rare?: true): Stack => ({
  name,
  write: written(options),
  ...(rare ? { rare } : {}),
  ...(options.sort ? { sorts: true } : {}),
});

const py = { item: ", ", colon: ": ", number: python };

export const stacks: readonly Stack[] = [
  stack("JSON.stringify", { string: js, number: double }),
  stack("JSON.stringify 2", { string: js, number: double, indent: "  ", colon: ": " }),
  stack("JSON.stringify tab", { string: js, number: double, indent: "\t", colon: ": " }),
  stack("json.dumps", { ...py, string: ascii }),
  stack("json.dumps ensure_ascii=False", { ...py, string: js }),
  stack("json.dumps separators", { number: python, string: ascii }),
  stack("json.dumps separators utf-8", { number: python, string: js }),
  stack("json.dumps sort_keys", { ...py, string: ascii, sort: true }),
  stack("json.dumps sort_keys separators", { number: python, string: ascii, sort: true }),
  stack("json.dumps indent=2", { ...py, string: ascii, indent: "  " }),
  stack("json.dumps indent=4", { ...py, string: ascii, indent: "    " }),
  stack("json.dumps indent=4 sort_keys utf-8", { ...py, string: js, indent: "    ", sort: true }, true),
  stack("json_encode", { string: (text) => slashes(asciiKeepDel(text)), number: double }),
  stack("json_encode UNESCAPED_SLASHES", { string: asciiKeepDel, number: double }),
  stack("json_encode UNESCAPED_UNICODE", { string: (text) => lines(slashes(js(text))), number: double }),
  stack("json_encode UNESCAPED both", { string: (text) => lines(js(text)), number: double }),
  stack("json_encode PRETTY_PRINT", {
    string: (text) => slashes(asciiKeepDel(text)),
    number: double,
    indent: "    ",
    colon: ": ",
  }),
  stack(
    "json_encode HEX_TAG",
    { string: (text) => slashes(asciiKeepDel(text)).replace(/[<>&']/g, upper), number: double },
    true,
  ),
  stack("Go json.Marshal of a map", { string: go, number: goNumber, sort: true }),
  stack("Go json.Marshal of a struct", { string: go, number: goNumber }),
  stack("Go json.MarshalIndent", { string: go, number: goNumber, indent: "  ", colon: ": " }),
  stack("Ruby JSON.generate", { string: js, number: python }),
  stack("Ruby JSON.pretty_generate", { string: js, number: python, indent: "  ", colon: ": " }),
  stack("Rails to_json", { string: go, number: python }),
  stack("Jackson", { string: jackson, number: python }),
  stack(
    "Jackson pretty",
    { string: jackson, number: python, indent: "  ", colon: " : ", arrayInLine: true, empty: [" ", " "] },
    true,
  ),
  stack(
    "Jackson to bytes",
    { string: (text) => jackson(text).replace(/[\ud800-\udfff]/g, upper), number: python },
    true,
  ),
  stack("Swift", { string: (text) => slashes(js(text)), number: double }, true),
  stack(
    "Swift pretty",
    { string: (text) => slashes(js(text)), number: double, indent: "  ", colon: " : ", empty: ["\n\n", "\n\n"] },
    true,
  ),
  stack(
    "Ruby 3.1 pretty_generate",
    { string: js, number: python, indent: "  ", colon: ": ", empty: ["\n", "\n\n"] },
    true,
  ),
  stack("org.json", { string: (text) => ranged(js(text)).replaceAll("</", "<\\/"), number: double }, true),
  stack("Newtonsoft.Json", { string: (text) => js(text).replace(/[\u0085\u2028\u2029]/g, hex), number: python }, true),
  stack("Perl JSON::PP pretty", { string: js, number: double, indent: "   ", colon: " : " }, true),
  stack("JavaScriptSerializer", { string: (text) => go(text).replaceAll("'", hex("'")), number: double }, true),
  stack("Gson", { string: gson, number: python }),
  stack("Gson pretty", { string: gson, number: python, indent: "  ", colon: ": " }),
  stack("System.Text.Json", { string: dotnet, number: same }),
  stack("System.Text.Json indented", { string: dotnet, number: same, indent: "  ", colon: ": " }),
  stack("jq .", { string: js, number: double, indent: "  ", colon: ": " }),
  stack("jq -c", { string: js, number: double }),
  stack("jq -S", { string: js, number: double, indent: "  ", colon: ": ", sort: true }),
  stack("jq -cS", { string: js, number: double, sort: true }),
  stack("jq -ca", { string: ascii, number: double }, true),
  stack("jq --tab", { string: js, number: double, indent: "\t", colon: ": " }),
];

const shape = (text: string): string => text.replace(/"(?:[^"\\]|\\.)*"/g, '""').replace(/-?\d[\d.eE+-]*/g, "0");
const strings = (text: string): readonly string[] => text.match(/"(?:[^"\\]|\\.)*"/g) ?? [];
const plain = (text: string): string => text.replaceAll("\\/", "/");

/** What differs between two writings of one document, in the order of the findings. */
export const differences = (a: string, b: string): readonly string[] => {
  const found: string[] = [];
  const meant = (text: string): string =>
    strings(text)
      .map((one) => String(JSON.parse(one)))
      .join("\0");
  if (shape(a) !== shape(b) || meant(a) !== meant(b)) found.push("body-reserialized");
  const sorted = (text: string): string => strings(text).toSorted().join();
  if (sorted(a) !== sorted(b)) {
    if (sorted(plain(a)) !== sorted(a) || sorted(plain(b)) !== sorted(b) || sorted(plain(a)) !== sorted(plain(b)))
      found.push("body-escapes");
  }
  const figures = (text: string): string =>
    (text.replace(/"(?:[^"\\]|\\.)*"/g, '""').match(/-?\d[\d.eE+-]*/g) ?? []).toSorted().join();
  if (figures(a) !== figures(b)) found.push("body-numbers");
  return found;
};
