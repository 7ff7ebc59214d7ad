import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { commandsDocs } from "../scripts/commands-docs.ts";
import { inspectorDocs } from "../scripts/inspector-docs.ts";
import { jsonDocs } from "../scripts/json-docs.ts";
import { manPage } from "../scripts/man.ts";
import { comparePicture, diagnosisPicture } from "../scripts/pictures.ts";
import { cases } from "../src/check/cases.ts";
import { exitCodeFor } from "../src/cli/exit.ts";
import { HookproofError } from "../src/errors.ts";
import type { ErrorCode } from "../src/errors.ts";
import { listed } from "../src/providers/library.ts";
import { findingCodes } from "../src/signature/verdict.ts";
import { complaintAbout, everyOption, invocationsIn } from "./support/command-line.ts";
import { anchorsOf, blocksOf, linksOf, proseOf, stepsOf } from "./support/markdown.ts";
import { matches, maxWaitMs, runPage, runnable, steady } from "./support/transcript.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const read = (file: string): string => readFileSync(join(root, file), "utf8");
const pages = [
  "README.md",
  ...readdirSync(join(root, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];
const withTranscripts = pages.filter((page) => read(page).includes("```console"));

describe.concurrent("a page with transcripts", () => {
  const timeout = maxWaitMs + 10_000;
  test.for(withTranscripts)("%s shows what its commands print", { timeout }, async (name, { annotate }) => {
    const { page, missing } = runnable(read(name));
    for (const program of missing) await annotate(`${name}: the block that needs ${program}`, "left-out");
    for (const ran of await runPage(page))
      if (!matches(ran))
        expect(`$ ${ran.command}\n${steady(ran.printed)}`).toBe(`$ ${ran.command}\n${steady(ran.output)}`);
  });
});

describe("pages", () => {
  test.each(pages)("%s calls no command, option or argument that is not there", async (page) => {
    const code = [...proseOf(read(page)).matchAll(/`([^`\n]+)`/g)].map(([, text = ""]) => text);
    const blocks = blocksOf(read(page)).flatMap(({ language, text }) => {
      if (language === "console") return stepsOf(text).map(({ command }) => command);
      return language === "text" ? [] : [text];
    });
    const complaints = await Promise.all(blocks.flatMap(invocationsIn).map(complaintAbout));
    expect(complaints.filter((one) => one !== undefined)).toEqual([]);
    const known = new Set([...(await everyOption()), ...foreignOptions]);
    const named = code.flatMap((text) => text.match(/(?<=^|\s)--[a-z][\w-]*/g) ?? []);
    expect(named.filter((option) => !known.has(option))).toEqual([]);
  });

  test.each(pages)("%s links to what is there", (page) => {
    const broken = linksOf(read(page)).filter((link) => {
      if (/^(https?|mailto):/.test(link)) return false;
      const [path = "", anchor] = link.split("#");
      const file = path === "" ? join(root, page) : join(root, dirname(page), path);
      return !existsSync(file) || (anchor !== undefined && !anchorsOf(readFileSync(file, "utf8")).includes(anchor));
    });
    expect(broken).toEqual([]);
  });

  test("every page is reached from the README", () => {
    const seen = new Set<string>();
    const visit = (page: string): void => {
      if (seen.has(page)) return;
      seen.add(page);
      for (const link of linksOf(read(page)).filter((one) => /^[^:]+\.md(#|$)/.test(one)))
        visit(relative(root, join(root, dirname(page), link.split("#")[0] ?? "")));
    };
    visit("README.md");
    expect(pages.filter((page) => !seen.has(page))).toEqual([]);
  });
});

test("the README says how many platforms are built in", () => {
  expect(/(\d+) platforms are built in/.exec(read("README.md"))?.[1]).toBe(String(listed.length));
});

test("docs/security.md names tests that are there", () => {
  const named = [...read("docs/security.md").matchAll(/`(test\/[^`]+)`/g)].map(([, file = ""]) => file);
  expect(named.length).toBeGreaterThan(40);
  expect(named.filter((file) => !existsSync(join(root, file)))).toEqual([]);
});

test("docs/ci.md has each case of check, as the case itself tells it", () => {
  const rows = read("docs/ci.md").match(/^\| `[a-z-]+` \| .*$/gm);
  expect(rows?.toSorted()).toEqual(
    cases.map(({ id, sent, expected }) => `| \`${id}\` | ${sent} | ${expected} |`).toSorted(),
  );
});

describe("docs/errors.md and docs/findings.md", () => {
  const rows = Array.from(read("docs/errors.md").matchAll(/^\| `([a-z-]+)` \| (\d+) \|/gm), ([, code, exit]) => ({
    code: code ?? "",
    exit: Number(exit),
  }));

  test("name each error with its exit code", () => {
    const declared = /export type ErrorCode =([^;]*);/.exec(read("src/errors.ts"))?.[1] ?? "";
    const codes = Array.from(declared.matchAll(/"([a-z-]+)"/g), ([, code = ""]) => code);
    expect(rows.map(({ code }) => code).toSorted()).toEqual([...codes, "internal"].toSorted());
    for (const { code, exit } of rows) expect({ code, exit }).toEqual({ code, exit: exitCodeFor(errorOf(code)) });
  });

  test("name each finding", () => {
    expect(anchorsOf(read("docs/findings.md")).slice(1).toSorted()).toEqual([...findingCodes].toSorted());
  });
});

const errorOf = (code: string): Error =>
  code === "internal" ? new Error(code) : new HookproofError(code as ErrorCode, code);

/** Options of other programs that pages name. */
const foreignOptions =
  "--password --query --data-raw --data-binary --data-urlencode --trace --trace-ascii --trace-time --trace-ids".split(
    " ",
  );

describe("made by `npx tsx scripts/pictures.ts`", () => {
  test.each([
    ["light", 80],
    ["light", 120],
    ["dark", 80],
    ["dark", 120],
  ] as const)("the picture of compare on a %s terminal of %i columns", async (theme, columns) =>
    expect(read(`docs/images/compare-${columns}-${theme}.svg`)).toBe(await comparePicture(theme, columns)),
  );

  test.each(["light", "dark"] as const)("the picture of a diagnosis on a %s terminal", async (theme) =>
    expect(read(`docs/images/diagnosis-${theme}.svg`)).toBe(await diagnosisPicture(theme, 128)),
  );
});

describe("made by `npm run docs`", () => {
  test("docs/commands.md", async () => expect(read("docs/commands.md")).toBe(await commandsDocs()));
  test("docs/inspector-api.md", async () => expect(read("docs/inspector-api.md")).toBe(await inspectorDocs()));
  test("docs/json.md", async () => expect(read("docs/json.md")).toBe(await jsonDocs()));
  test("man/hookproof.1", async () => expect(read("man/hookproof.1")).toBe(await manPage()));
});
