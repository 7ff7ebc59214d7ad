import { unescaped, unescapedPhp } from "./escapes.ts";

/**
 * How a language prints values for people, described by its differences from JSON. All patterns except `start` are
 * sticky.
 */
export interface Notation {
  /** Completes "converted back to JSON from what … printed". */
  readonly name: string;
  readonly culprit: string;
  /** How such output starts; a cheap test before parsing. */
  readonly start: RegExp;
  readonly object: RegExp;
  readonly list: RegExp;
  /** Set if lists and objects open alike: keys 0, 1, 2 or no keys then mean a list. */
  readonly isMixed?: true;
  readonly close: RegExp;
  /** The text between key and value. */
  readonly pair: RegExp;
  /** Unquoted keys, with the name in the first group. */
  readonly key: RegExp;
  /** The mark allowed before a quoted key. */
  readonly mark?: RegExp;
  readonly quotes: string;
  readonly unescape: (text: string) => string;
  /** The text between the parts of a string that is printed in parts. */
  readonly joint?: RegExp;
  readonly words: Readonly<Record<string, "true" | "false" | "null">>;
}

const blank = "[ \\t\\r\\n]*";
const sticky = (source: string): RegExp => new RegExp(blank + source, "y");

const close = sticky("[}\\])]+?");
const list = sticky("\\[");
const none = sticky("(?!)");

/** Printed forms of parsed bodies that lose nothing except perhaps key order. */
export const notations: readonly Notation[] = [
  {
    name: "Python's str()",
    culprit: "str(data), print(data) or an f-string instead of json.dumps(data), or a log of request.json",
    // Unlike Node, Python puts no space after the bracket.
    start: /^[{[](?:['"\d\-TFN{[]|[\]}]$)/,
    object: sticky("\\{"),
    list,
    close,
    pair: sticky(":"),
    key: none,
    quotes: `'"`,
    unescape: unescaped,
    words: { True: "true", False: "false", None: "null" },
  },
  {
    name: "Node's util.inspect()",
    culprit: "console.log(req.body), which prints for people, or a template with util.inspect()",
    start: /^(?:\[Object: null prototype\] )?[{[]/,
    object: sticky("(?:\\[Object: null prototype\\] )?\\{"),
    list: sticky("(?:Array\\(\\d+\\) )?\\["),
    close,
    pair: sticky(":"),
    key: sticky("([A-Za-z_$][\\w$]*)"),
    quotes: "'\"`",
    unescape: unescaped,
    joint: sticky("\\+"),
    words: { true: "true", false: "false", null: "null" },
  },
  {
    name: "Ruby's inspect",
    culprit: 'p params, params.inspect or "#{params}" instead of params.to_json, or a log of request.params',
    start: /^(?:#<ActionController::Parameters )?[{[]/,
    object: sticky("\\{"),
    list,
    close,
    pair: sticky("(?:=>|:(?= ))"),
    key: sticky(":?([A-Za-z_]\\w*[?!]?)"),
    mark: sticky(':(?=")'),
    quotes: '"',
    unescape: unescaped,
    words: { true: "true", false: "false", nil: "null" },
  },
  {
    name: "Elixir's inspect()",
    culprit: "IO.inspect(params) or inspect(conn.body_params) instead of Jason.encode!()",
    start: /^(?:%\{|\[)/,
    object: sticky("%\\{"),
    list,
    close,
    pair: sticky("(?:=>|:)"),
    key: sticky("([A-Za-z_]\\w*)"),
    quotes: '"',
    unescape: unescaped,
    words: { true: "true", false: "false", nil: "null" },
  },
  {
    name: "PHP's var_export()",
    culprit: "var_export(), dump() or a logger that prints an array, instead of json_encode()",
    start: /^(?:array ?\(|\(object\) ?array\(|\[)/,
    object: sticky("(?:\\(object\\) ?)?(?:array ?\\(|\\[)"),
    list: none,
    isMixed: true,
    close: sticky("[\\])]"),
    pair: sticky("=>"),
    key: none,
    quotes: `'"`,
    unescape: unescapedPhp,
    joint: sticky("\\."),
    words: { true: "true", false: "false", NULL: "null", null: "null" },
  },
  {
    name: "Go's %#v",
    culprit: 'fmt.Sprintf("%#v", data) instead of json.Marshal(data)',
    start: /^(?:map\[string\]|\[\])/,
    object: sticky("map\\[string\\](?:interface ?\\{\\}|any|string)\\{"),
    list: sticky("\\[\\](?:interface ?\\{\\}|any|string)\\{"),
    close,
    pair: sticky(":"),
    key: none,
    quotes: '"`',
    unescape: unescaped,
    words: { true: "true", false: "false", "interface {}(nil)": "null", "<nil>": "null" },
  },
];
