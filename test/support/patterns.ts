import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseAst } from "rolldown/parseAst";
import { notations } from "../../src/diagnosis/transforms/prints/notations.ts";
import { builtInRules } from "../../src/evidence/redact/rules.ts";

const src = fileURLToPath(new URL("../../src/", import.meta.url));

/** A regular expression of the program. */
export interface Pattern {
  readonly where: string;
  readonly source: string;
  readonly flags: string;
}

interface Node {
  readonly type?: string;
  readonly start?: number;
  readonly regex?: { readonly pattern: string; readonly flags: string };
  readonly callee?: { readonly name?: string };
}

const literals: Pattern[] = [];
/** Files that build patterns at run time. */
const makers = new Set<string>();

for (const file of readdirSync(src, { recursive: true, encoding: "utf8" }).filter((one) => one.endsWith(".ts"))) {
  const text = readFileSync(join(src, file), "utf8");
  const visit = (node: Node | readonly Node[] | null): void => {
    if (typeof node !== "object" || node === null) return;
    if (!Array.isArray(node)) {
      const { type, start = 0, regex, callee } = node as Node;
      if (regex !== undefined) {
        const line = text.slice(0, start).split("\n").length;
        literals.push({ where: `src/${file}:${line}`, source: regex.pattern, flags: regex.flags });
      }
      if ((type === "NewExpression" || type === "CallExpression") && callee?.name === "RegExp") makers.add(file);
    }
    for (const child of Object.values(node)) visit(child as Node);
  };
  visit(parseAst(text, { lang: "ts" }) as unknown as Node);
}

export const patternMakers: readonly string[] = [...makers].toSorted();

/** Every pattern of the program: literals, redaction rules, and the notations of printed values. */
export const patterns: readonly Pattern[] = [
  ...literals,
  ...builtInRules.flatMap(({ name, pattern }) =>
    pattern === undefined ? [] : [{ where: `the redaction rule '${name}'`, source: pattern, flags: "giu" }],
  ),
  ...notations.flatMap(({ name, ...notation }) =>
    Object.values(notation).flatMap((one) =>
      one instanceof RegExp ? [{ where: `the notation of ${name}`, source: one.source, flags: one.flags }] : [],
    ),
  ),
];

/**
 * Patterns that a checker suspects but that are accepted, because they only look at short texts. A changed pattern must
 * be reviewed again, and a removed one must be removed here too.
 */
export const accepted: readonly {
  readonly source: string;
  /** The maximum number of characters it looks at from one position. */
  readonly most: number;
  readonly why: string;
}[] = [
  {
    source: "terminal_failure[^]*DLQ",
    most: 10_000,
    why: "looks at what our own simulator says in the demo",
  },
  {
    source: String.raw`("(?:[^"\\]|\\.)*")`,
    most: 20_000,
    why: "cuts text of 20,000 characters at most, which is JSON: every quote is closed",
  },
  {
    source: String.raw`(?<![^\s"'<>])(?:[^\s"'<>\\]|\\{1,8}[^u\\\s"'<>]){0,2000}\\{1,8}u[0-9a-f]{4}(?:[^\s"'<>\\]|\\.)*`,
    most: 2000,
    why: "begins behind a space or quote and passes none: each place is looked at once, 2,000 characters far",
  },
  {
    source: String.raw`(?<![A-Za-z0-9])digest[ \t][^\r\n]{0,600}?response=\\*"?(?<value>[0-9a-f]{16,128})`,
    most: 600,
    why: "looks 600 characters far from each word `digest`",
  },
  {
    source: String.raw`name=\\*["'][\w.-]{0,40}(?:password|passwd|secret|token|api[_-]?key)\\*["'][^<>]{0,200}?value=\\*["'](?<value>[^"'\\]{2,400})`,
    most: 650,
    why: "looks 200 characters far from each `name=`, as far as attributes of a field stand apart",
  },
];
