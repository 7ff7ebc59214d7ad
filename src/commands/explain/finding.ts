import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { findingCodes } from "../../signature/verdict.ts";

/** Beside the bundle's folder in the package, else in the source tree: the order keeps a user's own `docs` out. */
const places = ["../docs/findings.md", "../../../docs/findings.md"];

/** What a finding of `verify` means, as docs/findings.md says; undefined for a word that isn't a code. */
export const findingText = (code: string): string | undefined => {
  const wanted = code.toLowerCase();
  if (!findingCodes.some((one) => one === wanted)) return undefined;
  const file = places.map((place) => fileURLToPath(new URL(place, import.meta.url))).find((one) => existsSync(one));
  if (file === undefined) return undefined;
  const sections = readFileSync(file, "utf8").split(/^## /m);
  const section = sections.find((one) => one.startsWith(`${wanted}\n`));
  // A link's target leads nowhere on a terminal.
  return section
    ?.slice(wanted.length)
    .trim()
    .replaceAll(/\[([^\][]+)\]\([^()\s]+\)/g, "$1");
};
