import { readFileSync } from "node:fs";
import { caseIds } from "../../check/types.ts";
import { findingCodes } from "../../signature/verdict.ts";
import { nearest } from "../../values/nearest.ts";
import { packageFile } from "../shared/package-file.ts";

/** What a finding of `verify` means, from docs/findings.md; undefined if the word isn't a finding code. */
export const findingText = (code: string): string | undefined => {
  const wanted = code.toLowerCase();
  if (!findingCodes.some((one) => one === wanted)) return undefined;
  const sections = readFileSync(packageFile("docs/findings.md"), "utf8").split(/^## /m);
  const section = sections.find((one) => one.startsWith(`${wanted}\n`));
  // Link targets are useless on a terminal.
  return section
    ?.slice(wanted.length)
    .trim()
    .replaceAll(/\[([^\][]+)\]\([^()\s]+\)/g, "$1");
};

/** What a case of `check` sends and proves, in Markdown; undefined if the word isn't a case id. */
export const caseText = async (id: string): Promise<string | undefined> => {
  const wanted = id.toLowerCase();
  if (!caseIds.some((one) => one === wanted)) return undefined;
  const { cases } = await import("../../check/cases.ts");
  const found = cases.find((one) => one.id === wanted);
  if (found === undefined) return undefined;
  const { title, proves, sent, expected, fix } = found;
  return `${title}.\n\nSent: ${sent}.\n\nExpected: ${expected}.\n\nProves: ${proves}.\n\nFix, if it fails: ${fix.replace(/\n(?= )/, "\n\n")}`;
};

/** The finding or case that a mistyped word with a hyphen probably means. */
export const nearestCode = (word: string): string | undefined =>
  /^\w+(-\w+)+$/.test(word) ? nearest(word.toLowerCase(), [...findingCodes, ...caseIds]) : undefined;
