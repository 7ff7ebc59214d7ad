import { execFile } from "node:child_process";
import { cpSync, mkdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { linksOf } from "./support/markdown.ts";
import { bin, temporaryFolder } from "./support/run.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const command = promisify(execFile);

interface Packed {
  readonly file: string;
  readonly size: number;
  readonly files: readonly string[];
}

/** The working tree with this run's build, packed as `npm publish` would; the tree itself is left alone. */
const pack = async (): Promise<Packed> => {
  const tree = temporaryFolder();
  const leftOut = new Set(["node_modules", "dist", ".git"]);
  cpSync(root, tree, { recursive: true, filter: (path) => !leftOut.has(basename(path)) });
  cpSync(join(dirname(bin), "../dist"), join(tree, "dist"), { recursive: true });
  const { stdout } = await command("npm", ["pack", "--json", "--ignore-scripts"], { cwd: tree });
  const [report] = JSON.parse(stdout) as readonly {
    filename: string;
    size: number;
    files: readonly { path: string }[];
  }[];
  if (report === undefined) throw new Error(stdout);
  return { file: join(tree, report.filename), size: report.size, files: report.files.map(({ path }) => path) };
};

describe("the package", () => {
  let packed: Packed;
  beforeAll(async () => {
    packed = await pack();
  });

  test("holds the program, its man page, its schema and its pages, and nothing else", () => {
    const kinds = [
      /^(package\.json|README\.md|LICENSE|CHANGELOG\.md)$/,
      /^bin\/(hookproof\.js|package\.json)$/,
      /^dist\/([\w-]+\.cjs|THIRD-PARTY-NOTICES\.txt|providers\/[\w-]+\.json|samples\/[\w./-]+)$/,
      /^dist\/inspector\/(index\.html|app\.(js|css))$/,
      /^docs\/[\w-]+\.md$/,
      /^examples\/[\w.-]+$/,
      /^(man\/hookproof\.1|schema\/config\.json|action\.yml)$/,
    ];
    expect(packed.files.filter((file) => !kinds.some((kind) => kind.test(file)))).toEqual([]);
    for (const kind of kinds) expect(packed.files.some((file) => kind.test(file))).toBe(true);
  });

  test("is smaller than 1.5 MB", () => expect(packed.size).toBeLessThan(1_500_000));

  test("has every page that its README links to", () => {
    const pages = linksOf(readFileSync(join(root, "README.md"), "utf8")).filter((link) => /^[^:#]+\.md/.test(link));
    expect(pages.map((link) => link.split("#")[0]).filter((page) => !packed.files.includes(page ?? ""))).toEqual([]);
  });

  test("installs alone, without network or scripts, and runs from an empty folder", async () => {
    const user = temporaryFolder();
    const install = [
      "install",
      "--offline",
      "--ignore-scripts",
      "--no-audit",
      "--no-fund",
      "--prefix",
      user,
      packed.file,
    ];
    await command("npm", install, { cwd: user });
    const empty = join(user, "empty");
    mkdirSync(empty);
    const run = (...argv: readonly string[]) =>
      command(join(user, "node_modules/.bin/hookproof"), [...argv], {
        cwd: empty,
        env: { PATH: dirname(process.execPath), HOOKPROOF_HOME: join(user, "home") },
      });
    expect((await run("--version")).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect((await run("sign", "-p", "stripe", "--event", "charge.refunded", "--secret", "env:PATH")).stdout).toContain(
      "v1=",
    );
    expect((await run("providers", "show", "10x")).stdout).toContain("x-arjun-signature");
  });
});
