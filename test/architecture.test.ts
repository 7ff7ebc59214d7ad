import { readFileSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const src = fileURLToPath(new URL("../src/", import.meta.url));

const floors: Readonly<Record<string, number>> = {
  "errors.ts": 0,
  values: 0,
  request: 0,
  providers: 0,
  signature: 1,
  formats: 1,
  journal: 1,
  secrets: 1,
  config: 1,
  delivery: 2,
  listener: 2,
  dlq: 2,
  platforms: 2,
  probe: 2,
  replay: 3,
  check: 3,
  evidence: 3,
  simulator: 3,
  cli: 4,
  "main.ts": 5,
};

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

describe("the house", () => {
  test("every folder of src has its floor", () => {
    for (const { room } of files) expect(floors).toHaveProperty([room]);
  });

  test.each(files.map(({ file, room, text }) => [file, room, text] as const))(
    "%s imports downward only",
    (file, room, text) => {
      const upward = importsOf(file, text)
        .filter((target) => target.room !== room)
        .filter((target) => {
          const [from, to] = [floors[room] ?? 0, floors[target.room] ?? 0];
          // Floor 0 is one storey; above it a type may be told to a neighbour, a value may not.
          return to > from || (to === from && from > 0 && !target.typeOnly);
        })
        .map((target) => target.room);
      expect(upward).toEqual([]);
    },
  );

  test.each(files.filter(({ room }) => (floors[room] ?? 0) < 4).map(({ file, text }) => [file, text] as const))(
    "%s knows no process, console, clock or chance of its own",
    (_file, text) => {
      // Comments and strings may speak of them: fixes are code for the user's own receiver.
      const code = text
        .replace(/\/\*.*?\*\//gs, "")
        .replace(/`(?:[^`\\]|\\.)*`|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g, "''")
        .replace(/\/\/.*$/gm, "");
      expect(code).not.toMatch(
        /\bglobalThis\.process\b|\bprocess\.(?:env|argv|cwd|exit|std)|\bconsole\.|\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(/,
      );
    },
  );

  test.each(files.map(({ file, text }) => [file, text] as const))("%s names no platform in its code", (_file, text) => {
    expect(text).not.toMatch(/(?:provider|profile)(?:\.id)? *(?:===|!==) *['"]/);
  });
});
