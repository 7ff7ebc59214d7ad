import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

/**
 * The text of THIRD-PARTY-NOTICES: the licence of every package in a bundle.
 * @param modules the paths of the bundle's modules
 */
export const notices = async (modules) => {
  const folders = new Set(
    modules.flatMap((path) => /^.*node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(path)?.[0] ?? []),
  );
  const parts = [];
  for (const folder of [...folders].toSorted((a, b) => a.localeCompare(b))) {
    const { name, version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    const file = (await readdir(folder)).find((one) => /^licen[cs]e/i.test(one));
    const text = file === undefined ? "" : `\n${(await readFile(join(folder, file), "utf8")).trim()}\n`;
    parts.push({ key: `${name}@${version}`, text: `${name} ${version} (${license})\n${text}` });
  }
  const unique = new Map(parts.map(({ key, text }) => [key, text]));
  const rule = `\n${"-".repeat(78)}\n\n`;
  return `hookproof contains these packages, under their own licences.\n${rule}${[...unique.values()].join(rule)}`;
};
