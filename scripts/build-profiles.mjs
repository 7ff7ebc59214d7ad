import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { build } from "esbuild";

/** Profiles are data, and V8 reads data as JSON in a fraction of the time that it takes for code; what is not asked for, not at all. */
export const profilesAsJson = {
  name: "profiles-as-json",
  setup(bundle) {
    bundle.onLoad({ filter: /\/src\/providers\/[\w-]+\.ts$/ }, async ({ path }) => {
      if (!/= profile\(\(\) => \(\{/.test(await readFile(path, "utf8"))) return undefined;
      const { outputFiles } = await build({ entryPoints: [path], bundle: true, format: "esm", write: false });
      const exported = await import(
        `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`
      );
      const lines = Object.entries(exported).map(([name, value]) => {
        const isProfile = typeof value === "function";
        const json = `JSON.parse(${JSON.stringify(jsonOf(isProfile ? value() : value, `${path}: ${name}`))})`;
        return `export const ${name} = /* @__PURE__ */ ${isProfile ? `profile(() => ${json})` : json};`;
      });
      return { contents: ['import { profile } from "./profile.ts";', ...lines].join("\n"), resolveDir: dirname(path) };
    });
  },
};

/** @throws Error where JSON would say something else than the value: the built profile must be the source's. */
const jsonOf = (value, name) => {
  const text = JSON.stringify(value);
  if (!isDeepStrictEqual(JSON.parse(text ?? "null"), value)) throw new Error(`${name} is more than JSON can say`);
  return text;
};
