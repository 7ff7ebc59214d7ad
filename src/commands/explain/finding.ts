import { readFileSync } from "node:fs";
import { findingCodes } from "../../signature/verdict.ts";
import { packageFile } from "../shared/package-file.ts";

/** What a finding of `verify` means, as docs/findings.md says; undefined for a word that isn't a code. */
export const findingText = (code: string): string | undefined => {
  const wanted = code.toLowerCase();
  if (!findingCodes.some((one) => one === wanted)) return undefined;
  const sections = readFileSync(packageFile("docs/findings.md"), "utf8").split(/^## /m);
  const section = sections.find((one) => one.startsWith(`${wanted}\n`));
  // A link's target leads nowhere on a terminal.
  return section
    ?.slice(wanted.length)
    .trim()
    .replaceAll(/\[([^\][]+)\]\([^()\s]+\)/g, "$1");
};
