// Writes docs/json.md from the zod schemas of src/commands/*/schema.ts: run by `npm run docs`, checked by test/docs.test.ts.
import { existsSync, readdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as z from "zod";
import { errorOutput } from "../src/cli/error-schema.ts";

const folder = new URL("../src/commands/", import.meta.url);

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

/** The alternatives of a union, except the `{assumed, why}` form of a profile's fact. */
const optionsOf = (schema: JsonSchema): readonly JsonSchema[] =>
  (schema.anyOf ?? schema.oneOf ?? []).filter((one) => !isAssumption(one));

const isFact = (schema: JsonSchema): boolean => schema.anyOf?.some(isAssumption) === true;

/** Whether a schema is `{assumed, why}`, used for a fact that a platform's docs don't state. */
const isAssumption = ({ properties }: JsonSchema): boolean => Object.keys(properties ?? {}).join() === "assumed,why";

const typeOf = (schema: JsonSchema): string => {
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum !== undefined)
    return schema.enum.length > 8
      ? "one of those below"
      : schema.enum.map((one) => `\`${JSON.stringify(one)}\``).join(" or ");
  const options = optionsOf(schema);
  if (options.length > 0) return [...new Set(options.map(typeOf)), ...(isFact(schema) ? ["assumed"] : [])].join(" or ");
  if (schema.prefixItems !== undefined) return `[${schema.prefixItems.map(typeOf).join(", ")}]`;
  if (schema.type === "array") return `array of ${schema.items === undefined ? "any" : typeOf(schema.items)}`;
  return Array.isArray(schema.type) ? schema.type.join(" or ") : String(schema.type ?? "any");
};

/** The values of enums that are too long for the table, by path. */
const longLists = (schema: JsonSchema, path = ""): ReadonlyMap<string, string> => {
  const found = new Map<string, string>();
  const add = (more: ReadonlyMap<string, string>): void => more.forEach((value, key) => found.set(key, value));
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    if (field.enum !== undefined && field.enum.length > 8)
      found.set(`${path}${name}`, field.enum.map((one) => `\`${String(one)}\``).join(", "));
    add(longLists(field, `${path}${name}.`));
  }
  if (schema.items !== undefined) add(longLists(schema.items, path.replace(/\.$/, "[].")));
  for (const one of optionsOf(schema)) add(longLists(one, path));
  return found;
};

interface Row {
  readonly path: string;
  readonly types: readonly string[];
  readonly isOptional: boolean;
  readonly about: string;
}

/** The table rows for an object's fields; fields of nested objects and of arrays of objects get dotted paths. */
const rowsOf = (schema: JsonSchema, path: string): readonly Row[] =>
  Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const here = `${path}${name}`;
    const isOptional = schema.required?.includes(name) !== true;
    return [{ path: here, types: [typeOf(field)], isOptional, about: field.description ?? "" }, ...inner(field, here)];
  });

const inner = (schema: JsonSchema, path: string): readonly Row[] => {
  if (schema.properties !== undefined) return rowsOf(schema, path === "" ? "" : `${path}.`);
  if (schema.type === "array" && schema.items !== undefined) return inner(schema.items, `${path}[]`);
  if (typeof schema.additionalProperties === "object") return inner(schema.additionalProperties, `${path}.*`);
  return together(optionsOf(schema).map((one) => inner(one, path)));
};

/** Merges the rows of several alternatives: a field that some alternatives lack becomes optional. */
const together = (alternatives: readonly (readonly Row[])[]): readonly Row[] => {
  const merged = new Map<string, Row>();
  for (const row of alternatives.flat()) {
    const objects = alternatives.filter((rows) => rows.some(({ path }) => parentOf(path) === parentOf(row.path)));
    const isEverywhere = objects.every((rows) => rows.some(({ path }) => path === row.path));
    const existing = merged.get(row.path);
    merged.set(row.path, {
      ...row,
      types: [...new Set([...(existing?.types ?? []), ...row.types])],
      isOptional: row.isOptional || existing?.isOptional === true || !isEverywhere,
      about: existing?.about || row.about,
    });
  }
  return [...merged.values()];
};

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.$/, "")}.`;

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf("."));

const section = (schema: JsonSchema): string => {
  const { heading, about } = described(schema);
  const variants = schema.oneOf ?? schema.anyOf;
  const tables =
    variants === undefined
      ? [table(schema)]
      : variants.flatMap((one) => [
          ...(titleOf(one) === "" ? [] : [`**${titleOf(one)}**`]),
          ...(one.description === undefined ? [] : [sentence(one.description)]),
          table(one),
        ]);
  const lists = [...longLists(schema)].map(([path, values]) => `\`${path}\` is one of ${values}.`);
  return [`### ${heading}`, ...(about === "" ? [] : [sentence(about)]), ...tables, ...lists].join("\n\n");
};

/** The `type` that distinguishes the lines of a stream, as a title; empty if it has none. */
const titleOf = (schema: JsonSchema): string => {
  const type = schema.properties?.["type"]?.const;
  return type === undefined ? "" : `\`"type": ${JSON.stringify(type)}\``;
};

/** Splits a schema's description at the colon: the command line before it is the heading, the rest is the text. */
const described = (schema: JsonSchema): { readonly heading: string; readonly about: string } => {
  const [, heading, about = ""] = /^(`hookproof [^`]*`[^:]*)(?:: (.*))?$/s.exec(schema.description ?? "") ?? [];
  if (heading === undefined) throw new Error(`a schema names no command line: ${schema.description}`);
  return { heading, about };
};

export const table = (schema: JsonSchema): string =>
  ["| field | type | meaning |", "| --- | --- | --- |", ...inner(schema, "").map(line)].join("\n");

const line = ({ path, types, isOptional, about }: Row): string => {
  const type = types.join(" or ").replaceAll("|", "\\|");
  return `| \`${path}\` | ${type}${isOptional ? " (may be absent)" : ""} | ${about.replaceAll("|", "\\|")} |`;
};

export const jsonSchema = (schema: z.ZodType): JsonSchema =>
  z.toJSONSchema(schema, { io: "output", unrepresentable: "any", reused: "inline" }) as JsonSchema;

/** The zod schemas that a file exports. */
const schemasIn = async (file: string): Promise<readonly z.ZodType[]> => {
  const module: Readonly<Record<string, unknown>> = await import(new URL(file, folder).href);
  return Object.entries(module)
    .filter((entry): entry is [string, z.ZodType] => entry[1] instanceof z.ZodType && /Output$|Line$/.test(entry[0]))
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([, schema]) => schema);
};

/** The full text of docs/json.md. */
export const jsonDocs = async (): Promise<string> => {
  const parts: string[] = [];
  const names: string[] = [];
  for (const name of readdirSync(folder).toSorted()) {
    if (name === "shared" || !existsSync(new URL(`${name}/schema.ts`, folder))) continue;
    names.push(name);
    parts.push(`## ${name}`, ...(await schemasIn(`${name}/schema.ts`)).map((schema) => section(jsonSchema(schema))));
  }
  return `# JSON output

With \`--json\`, standard output contains only JSON. Most commands print one object; these print one object per line:
${streams}. Warnings and progress go to standard error.
Exit codes are the same as without \`--json\`.

Scripts can rely on the fields on this page: fields may be added, but not removed or renamed. A field without a value is \`null\`;
it is left out only if its type says *may be absent*. Control characters in strings are written as \`\\uXXXX\`. Names that end in
\`Ms\` are in milliseconds, \`seconds\` and names that end in \`Seconds\` are in seconds, and \`bytes\` counts bytes.

- [Errors](#errors)
${names.map((name) => `- [${name}](#${name})`).join("\n")}

## Errors

A command that fails with exit code 2, 3 or 4 prints this object. A command that prints lines prints it as the last line.

${table(jsonSchema(errorOutput))}

${parts.join("\n\n")}

This page is generated from the zod schemas in \`src/commands/*/schema.ts\` by \`npm run docs\`; tests check the commands' output against them.
`;
};

const streams = "`listen`, `simulate`, `replay`, `demo`, `dlq list`, `dlq export`, `send` with several deliveries";

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await writeFile(fileURLToPath(new URL("../docs/json.md", import.meta.url)), await jsonDocs());
}
