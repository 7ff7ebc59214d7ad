// Writes docs/json.md from the zod schemas of src/cli/json/: run by `npm run docs`, checked by test/docs.test.ts.
import { readdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as z from "zod";

const folder = new URL("../src/cli/json/", import.meta.url);

interface JsonSchema {
  readonly $ref?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly prefixItems?: readonly JsonSchema[];
  readonly additionalProperties?: JsonSchema | boolean;
}

const typeOf = (schema: JsonSchema): string => {
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum !== undefined)
    return schema.enum.length > 8
      ? "one of those below"
      : schema.enum.map((one) => `\`${JSON.stringify(one)}\``).join(" or ");
  const options = schema.anyOf ?? schema.oneOf;
  if (options !== undefined) return [...new Set(options.map(typeOf))].join(" or ");
  if (schema.prefixItems !== undefined) return `[${schema.prefixItems.map(typeOf).join(", ")}]`;
  if (schema.type === "array") return `array of ${schema.items === undefined ? "any" : typeOf(schema.items)}`;
  return Array.isArray(schema.type) ? schema.type.join(" or ") : String(schema.type ?? "any");
};

/** The values of fields that take one of many, which would burst the table. */
const longLists = (schema: JsonSchema, path = ""): ReadonlyMap<string, string> => {
  const found = new Map<string, string>();
  const add = (more: ReadonlyMap<string, string>): void => more.forEach((value, key) => found.set(key, value));
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    if (field.enum !== undefined && field.enum.length > 8)
      found.set(`${path}${name}`, field.enum.map((one) => `\`${String(one)}\``).join(", "));
    add(longLists(field, `${path}${name}.`));
  }
  if (schema.items !== undefined) add(longLists(schema.items, path.replace(/\.$/, "[].")));
  for (const one of schema.anyOf ?? schema.oneOf ?? []) add(longLists(one, path));
  return found;
};

/** Rows of an object's fields, nested objects and arrays of objects by dotted path. */
const rows = (schema: JsonSchema, path: string): readonly string[] =>
  Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const optional = schema.required?.includes(name) === true ? "" : " (may be absent)";
    const here = `${path}${name}`;
    const about = (field.description ?? "").replaceAll("|", "\\|");
    return [`| \`${here}\` | ${typeOf(field).replaceAll("|", "\\|")}${optional} | ${about} |`, ...inner(field, here)];
  });

const inner = (schema: JsonSchema, path: string): readonly string[] => {
  if (schema.properties !== undefined) return rows(schema, `${path}.`);
  if (schema.type === "array" && schema.items !== undefined) return inner(schema.items, `${path}[]`);
  if (typeof schema.additionalProperties === "object") return inner(schema.additionalProperties, `${path}.*`);
  return (schema.anyOf ?? schema.oneOf ?? []).flatMap((one) => inner(one, path));
};

const section = (title: string, schema: JsonSchema): string => {
  const variants = schema.oneOf ?? schema.anyOf;
  const tables =
    variants === undefined
      ? [table(schema)]
      : variants.flatMap((one) => [
          ...(titleOf(one) === "" ? [] : [`**${titleOf(one)}**`]),
          ...(one.description === undefined ? [] : [one.description]),
          table(one),
        ]);
  const lists = [...longLists(schema)].map(([path, values]) => `\`${path}\` is one of ${values}.`);
  const about = /^`hookproof [^`]*`$/.test(schema.description ?? "") ? [] : [schema.description ?? ""];
  return [`### ${title}`, ...about.filter((text) => text !== ""), ...tables, ...lists].join("\n\n");
};

/** What tells the kinds of line of a stream apart. */
const titleOf = (schema: JsonSchema): string => {
  const type = schema.properties?.["type"]?.const;
  return type === undefined ? "" : `\`"type": ${JSON.stringify(type)}\``;
};

/** `hookproof check --json` where the schema says so, else its name in words: `checkCaseOutput` is "check case". */
const headingOf = (name: string, schema: JsonSchema): string =>
  /^`hookproof [^`]*`$/.test(schema.description ?? "")
    ? (schema.description ?? "")
    : name.replace(/(?:Output|Event)$/, "").replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

const table = (schema: JsonSchema): string =>
  [
    "| field | type | meaning |",
    "| --- | --- | --- |",
    ...(schema.properties === undefined ? inner(schema, "") : rows(schema, "")),
  ].join("\n");

/** The whole page. */
export const jsonDocs = async (): Promise<string> => {
  const parts: string[] = [];
  for (const file of readdirSync(folder).toSorted()) {
    if (!file.endsWith(".ts") || file === "common.ts") continue;
    const module: Readonly<Record<string, unknown>> = await import(new URL(file, folder).href);
    const schemas = Object.entries(module)
      .filter(
        (entry): entry is [string, z.ZodType] => entry[1] instanceof z.ZodType && /Output$|Line$|Event$/.test(entry[0]),
      )
      .toSorted(([one], [other]) => (one < other ? -1 : 1));
    if (schemas.length === 0) continue;
    parts.push(`## ${file.replace(/\.ts$/, "")}`);
    for (const [name, schema] of schemas) {
      const json = z.toJSONSchema(schema, { io: "output", unrepresentable: "any", reused: "inline" }) as JsonSchema;
      parts.push(section(headingOf(name, json), json));
    }
  }
  return `# JSON output

With \`--json\` standard output holds JSON alone: one object for a command that ends, one object a line for a stream
(\`listen\`, \`replay\`, \`send\` with several events, \`dlq list\`). Fields are only ever added. Control characters inside strings
come as \`\\uXXXX\`.

This page is made from the zod schemas in \`src/cli/json/\` by \`npm run docs\`; tests hold every command's output against them.

${parts.join("\n\n")}
`;
};

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await writeFile(fileURLToPath(new URL("../docs/json.md", import.meta.url)), await jsonDocs());
}
