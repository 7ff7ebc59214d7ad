// Makes the pictures of the terminal in docs/images from what the built program prints, for light and for dark pages:
// npm run build && npx tsx scripts/pictures.ts
import { writeFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { runChild } from "../test/support/run.ts";
import { terminalSvg } from "./terminal-svg.ts";
import type { Theme } from "./terminal-svg.ts";

const root = fileURLToPath(new URL("../", import.meta.url));

/** The command line shown in the picture; its files stand in test/fixtures/docs. */
const line = "hookproof verify request.http -p 10x --secret env:WEBHOOK_SECRET";
/** How many lines of a list of fixes the picture has. */
const fixes = 3;

/** The picture of `verify` on one background. */
export const verifyPicture = async (theme: Theme): Promise<string> => {
  const { stdout } = await runChild(line.split(" ").slice(1), {
    cwd: `${root}test/fixtures/docs`,
    env: { WEBHOOK_SECRET: "correct-horse", FORCE_COLOR: "1" },
  });
  const lines = stdout.trimEnd().split("\n");
  const from = lines.findIndex((one) => one.includes("Express:")) + fixes;
  const to = lines.indexOf("", from);
  const shown = [...lines.slice(0, from), `      \u001b[2m… ${to - from} more\u001b[22m`, ...lines.slice(to)];
  const cut = shown.map((one) => (one.length > 96 && !one.includes("\u001b") ? `${one.slice(0, 95)}…` : one));
  return terminalSvg([`\u001b[2m$\u001b[22m ${line}`, ...cut], theme);
};

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const theme of ["light", "dark"] as const)
    writeFileSync(`${root}docs/images/verify-${theme}.svg`, await verifyPicture(theme));
}
