import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const src = fileURLToPath(new URL("../src/", import.meta.url));

/** Rooms by floor: an import goes down; to a neighbour on the same floor it brings types alone. */
const floors: readonly (readonly string[])[] = [
  ["errors.ts", "values", "request", "providers", "storage"],
  ["signature", "formats", "http"],
  ["challenge", "diagnosis", "compare", "delivery", "dlq", "platforms", "doctor"],
  ["listener", "replay", "check", "evidence", "simulator"],
  ["inspector"],
  ["cli", "commands"],
  ["main.ts"],
];

const floorOf = (room: string): number => floors.findIndex((rooms) => rooms.includes(room));

const files = readdirSync(src, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => ({ file, room: file.split("/")[0] ?? "", text: readFileSync(join(src, file), "utf8") }));

const importsOf = (file: string, text: string): readonly { readonly room: string; readonly typeOnly: boolean }[] =>
  [...text.matchAll(/(import type|import|export)[^;]*?from "(\.{1,2}\/[^"]+)"|import\("(\.{1,2}\/[^"]+)"\)/gs)].map(
    (match) => {
      const target = relative(src, join(src, file, "..", match[2] ?? match[3] ?? ""));
      return { room: target.split("/")[0] ?? "", typeOnly: match[1] === "import type" };
    },
  );

/** Files that break a rule, so that a failure names them. */
const offenders = (
  breaks: (file: { readonly file: string; readonly room: string; readonly text: string }) => boolean,
) => files.filter(breaks).map(({ file }) => file);

test("every folder of src has its floor", () => {
  expect(offenders(({ room }) => floorOf(room) < 0)).toEqual([]);
});

test("imports go down", () => {
  const upward = offenders(({ file, room, text }) =>
    importsOf(file, text).some((target) => {
      const [from, to] = [floorOf(room), floorOf(target.room)];
      const isFree = target.room === room || to < from || from === 0 || floors[from]?.includes("cli") === true;
      return to > from || (!isFree && !target.typeOnly);
    }),
  );
  expect(upward).toEqual([]);
});

/** What reads JSON back, and so needs a schema when it runs: each is loaded when there is something to read. */
const readers = ["dlq/record.ts", "evidence/source-lines.ts", "storage/config-schema.ts"];

test("a schema is imported for its type alone, so that a start does not load zod", () => {
  const loading = offenders(
    ({ file, text }) =>
      !file.endsWith("schema.ts") &&
      !readers.includes(file) &&
      /^import (?!type)[^;]*from "[^"]*\/schema\.ts"/m.test(text),
  );
  expect(loading).toEqual([]);
});

test("the domain does not use process, console, clock or randomness directly", () => {
  const impure = offenders(({ room, text }) => {
    if (floorOf(room) >= floorOf("cli")) return false;
    // Comments and strings may mention them: fixes are code for the user's own receiver.
    const code = text
      .replace(/\/\*.*?\*\//gs, "")
      .replace(/`(?:[^`\\]|\\.)*`|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g, "''")
      .replace(/\/\/.*$/gm, "");
    return /\bprocess\.(?:env|argv|cwd|exit|std)|\bconsole\.|\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(/.test(code);
  });
  expect(impure).toEqual([]);
});

test("no code names a platform: it asks the profile", () => {
  expect(offenders(({ text }) => /(?:provider|profile)(?:\.id)? *(?:===|!==) *['"]/.test(text))).toEqual([]);
});

test("src/README.md names every room, and no file that is not there", () => {
  const map = readFileSync(join(src, "README.md"), "utf8");
  const rooms = [...new Set(files.map(({ room }) => room))];
  expect(rooms.filter((room) => !map.includes(`| \`${room}${room.endsWith(".ts") ? "" : "/"}\` |`))).toEqual([]);
  const named = [...map.matchAll(/`((?:\w+\/)+[\w-]+\.ts)`/g)].map(([, path = ""]) => path);
  const found = (path: string): boolean => existsSync(join(src, path)) || existsSync(join(src, "..", path));
  expect(named.filter((path) => !path.includes("acme") && !found(path))).toEqual([]);
});
