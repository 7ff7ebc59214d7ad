// Makes the pictures in docs/images from the built program's output, for light and dark pages: npm run build && npx tsx
// scripts/pictures.ts
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { readZip } from "../src/evidence/bundle/read.ts";
import { runChild, temporaryFolder } from "../test/support/run.ts";
import { terminalSvg } from "./terminal-svg.ts";
import type { Theme } from "./terminal-svg.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const fixtures = `${root}examples`;

/** Draws what a command prints on a terminal with the given number of columns and background. */
const pictureOf =
  (line: string, without?: RegExp) =>
  async (theme: Theme, columns: number): Promise<string> => {
    const { stdout } = await runChild(line.split(" ").slice(1), {
      cwd: fixtures,
      env: { FORCE_COLOR: "1", COLUMNS: String(columns) },
    });
    const output = without === undefined ? stdout : stdout.replace(without, "");
    return terminalSvg([`\u001b[2m$\u001b[22m ${line}`, ...output.trimEnd().split("\n")], theme, columns);
  };

/** The picture of `compare`. */
export const comparePicture = pictureOf("hookproof compare sent.http request.http");

/** The picture of a diagnosis, without the number of combinations tested: it grows with the search. */
export const diagnosisPicture = pictureOf("hookproof verify --example", /\n[^\n]*combinations tested.*/);

/** The report page of the evidence bundle that docs/evidence.md creates. */
const reportPage = async (folder: string): Promise<string> => {
  const options = ["--handle", "acme", "--subscription", "sub_91", "--secret", "env:WEBHOOK_SECRET"];
  const sources = ["--from", "failed.ndjson", "--receiver-log", "receiver.log", "--deploys", "deploys.txt"];
  const bundle = join(folder, "case-4711.zip");
  const argv = ["evidence", "-p", "10x", "--event", "evt_7c1d09e4", ...options, ...sources, "-o", bundle];
  const made = await runChild(argv, { cwd: fixtures, env: { WEBHOOK_SECRET: "correct-horse" } });
  if (made.exit !== 0) throw new Error(made.stderr);
  const report = (await readZip(bundle, bundle)).find(({ name }) => name === "report.html");
  if (report === undefined) throw new Error("the bundle has no report.html");
  return report.data.toString("utf8");
};

/** Takes screenshots of the report with Chromium, in its light and dark color schemes. */
const writeReportPictures = async (): Promise<void> => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "report.html"), await reportPage(folder));
  const page = `file://${join(folder, "report.html")}`;
  const usual = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=1000,1150"];
  for (const [name, scheme] of [
    ["evidence-report", 1],
    ["evidence-report-dark", 0],
  ] as const) {
    const picture = `--screenshot=${root}docs/images/${name}.png`;
    const argv = [...usual, `--blink-settings=preferredColorScheme=${scheme}`, picture, page];
    execFileSync("chromium", argv, { stdio: "ignore" });
  }
};

const writePictures = async (theme: Theme): Promise<void> => {
  const write = (name: string, svg: string): void => writeFileSync(`${root}docs/images/${name}-${theme}.svg`, svg);
  for (const columns of [80, 120]) write(`compare-${columns}`, await comparePicture(theme, columns));
  write("diagnosis", await diagnosisPicture(theme, 128));
};

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const theme of ["light", "dark"] as const) await writePictures(theme);
  await writeReportPictures();
}
