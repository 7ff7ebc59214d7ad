import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

/**
 * The licences of every package that a bundle holds, as its THIRD-PARTY-NOTICES.
 * @param inputs the paths of the bundle's inputs, as esbuild's metafile has them
 * @param root the folder they are relative to
 */
export const notices = async (inputs, root) => {
  const folders = new Set(
    inputs.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path.replace(/^[^:]*:/, ""))?.[0] ?? []),
  );
  const parts = [];
  for (const folder of [...folders].toSorted((a, b) => a.localeCompare(b))) {
    const { name, version, license } = JSON.parse(await readFile(join(root, folder, "package.json"), "utf8"));
    const file = (await readdir(join(root, folder))).find((one) => /^licen[cs]e/i.test(one));
    const text = file === undefined ? "" : `\n${(await readFile(join(root, folder, file), "utf8")).trim()}\n`;
    parts.push({ key: `${name}@${version}`, text: `${name} ${version} (${license})\n${text}` });
  }
  const unique = new Map(parts.map(({ key, text }) => [key, text]));
  const rule = `\n${"-".repeat(78)}\n\n`;
  return `hookproof contains these packages, under their own licences.\n${rule}${[...unique.values()].join(rule)}`;
};
