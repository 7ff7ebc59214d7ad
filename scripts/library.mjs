// Replaces src/providers/library.ts with the built-in profiles as JSON, for the build and the tests.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createRequire } from "node:module";
import { compileFunction } from "node:vm";
import { build } from "rolldown";

const folder = fileURLToPath(new URL("../src/providers/", import.meta.url));

/**
 * A plugin for Rolldown and Vite.
 * @param isBuild whether each profile is written to its own output file, read on demand
 */
export const library = ({ isBuild }) => ({
  name: "library",
  async load(id) {
    if (id !== join(folder, "library.ts")) return null;
    const files = (await readdir(folder)).filter((name) => name.endsWith(".ts")).map((name) => join(folder, name));
    for (const file of files) this.addWatchFile?.(file);
    const { profiles, listed } = await evaluated(files);
    const list = `export const listed = ${JSON.stringify(listed)};\n`;
    if (!isBuild) {
      const all = JSON.stringify(JSON.stringify(Object.fromEntries(profiles.map((one) => [one.id, one]))));
      return {
        code: `${list}const all = JSON.parse(${all});\nexport const readProfile = (id) => all[id];\n`,
        map: null,
      };
    }
    for (const one of profiles)
      this.emitFile({ type: "asset", fileName: `providers/${one.id}.json`, source: JSON.stringify(one) });
    return {
      moduleType: "js",
      // A path rather than a URL: building a URL would take longer than reading the file.
      code: `import { readFileSync } from "node:fs";\n${list}export const readProfile = (id) => JSON.parse(readFileSync(\`\${import.meta.dirname}/providers/\${id}.json\`, "utf8"));\n`,
    };
  },
});

const declares = /^export const \w+ = profile\(/m;

/** Bundles and imports the platforms' files, because Node 20 can't load TypeScript. */
const evaluated = async (files) => {
  const platforms = [];
  for (const file of files) if (declares.test(await readFile(file, "utf8"))) platforms.push(file);
  const entry = [
    `import { declaredIn, listedOf } from ${JSON.stringify(join(folder, "listed.ts"))};`,
    ...platforms.map((file, at) => `import * as p${at} from ${JSON.stringify(file)};`),
    `export const profiles = declaredIn([${platforms.map((_, at) => `p${at}`).join(", ")}]);`,
    `export const listed = profiles.map(listedOf);`,
  ].join("\n");
  const name = "\0platforms";
  const { output } = await build({
    input: name,
    write: false,
    platform: "node",
    output: { format: "cjs" },
    plugins: [
      { name: "platforms", resolveId: (id) => (id === name ? id : null), load: (id) => (id === name ? entry : null) },
    ],
  });
  const module = {};
  compileFunction(output[0].code, ["exports", "require"])(module, createRequire(import.meta.url));
  return module;
};
