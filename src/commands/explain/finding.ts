import { readFileSync } from "node:fs";
import { caseIds } from "../../check/types.ts";
import { findingCodes } from "../../signature/verdict.ts";
import { nearest } from "../../values/nearest.ts";
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

/** What a case of `check` sends and proves, in Markdown; undefined for a word that isn't the id of one. */
export const caseText = async (id: string): Promise<string | undefined> => {
  const wanted = id.toLowerCase();
  if (!caseIds.some((one) => one === wanted)) return undefined;
  const { cases } = await import("../../check/cases.ts");
  const found = cases.find((one) => one.id === wanted);
  if (found === undefined) return undefined;
  const { title, proves, sent, expected, fix } = found;
  return `${title}.\n\nSent: ${sent}.\n\nExpected: ${expected}.\n\nProves: ${proves}.\n\nFix, if it fails: ${fix.replace(/\n(?= )/, "\n\n")}`;
};

/** The finding or case whose id was probably meant by a word with a hyphen. */
export const nearestCode = (word: string): string | undefined =>
  /^\w+(-\w+)+$/.test(word) ? nearest(word.toLowerCase(), [...findingCodes, ...caseIds]) : undefined;
