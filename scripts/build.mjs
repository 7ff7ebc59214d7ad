// Bundles src/main.ts into dist/: one file with what every command and the quick ones need (Node starts
// a single file sooner than a few modules), and the rest in parts that are loaded when a command asks
// for them. All is CommonJS: Node's loader of ES modules costs a start a fifth of `node -e 0`. Modules
// of the first file are never bundled a second time: the rest takes them from there, so that
// `instanceof` and module state hold across both.
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";
import { notices } from "./notices.mjs";

const root = fileURLToPath(new URL("../", import.meta.url));
const outdir = resolve(root, process.env.HOOKPROOF_DIST ?? "dist");
const { version, peerDependencies = {} } = JSON.parse(await readFile(resolve(root, "package.json"), "utf8"));

/** Loaded later by the source, and yet in the first file: commands that scripts run in loops, and what they load. */
const quick = new Set(
  [
    "cli/commands/sign",
    "cli/commands/verify",
    "cli/context",
    "cli/help",
    "cli/help-page",
    "cli/parse",
    "config/config",
    "formats/read",
    "secrets/refs",
  ].map((name) => resolve(root, `src/${name}.ts`)),
);

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  target: "node20.18",
  minify: true,
  legalComments: "none",
  metafile: true,
  define: { HOOKPROOF_VERSION: JSON.stringify(version) },
  external: Object.keys(peerDependencies),
  logLevel: "warning",
};

await rm(outdir, { recursive: true, force: true });
await mkdir(outdir, { recursive: true });

/** What the first file loads later, by the name of its part. */
const parts = new Map();

/** Where a module that the first file loads later will stand. */
const partOf = (path) => {
  const name = path.includes("node_modules")
    ? path.replace(/^.*node_modules\//, "").replaceAll(/\W+/g, "-")
    : relative(resolve(root, "src"), path).replace(/\.ts$/, "").replaceAll("/", "-");
  parts.set(name, path);
  return `./parts/${name}.cjs`;
};

const later = {
  name: "later",
  setup(bundle) {
    bundle.onResolve({ filter: /./ }, async (asked) => {
      if (asked.kind !== "dynamic-import" || asked.pluginData === "resolved") return undefined;
      if (asked.path.startsWith("node:") || common.external.includes(asked.path)) return undefined;
      const { path } = await bundle.resolve(asked.path, {
        importer: asked.importer,
        kind: asked.kind,
        resolveDir: asked.resolveDir,
        pluginData: "resolved",
      });
      return quick.has(path) ? undefined : { path: partOf(path), external: true };
    });
  },
};

// commander starts programs of its own for subcommands in other files, which hookproof has none of.
const noChildren = {
  name: "no-children",
  setup(bundle) {
    bundle.onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      importer.includes("/commander/") ? { path: "child_process", namespace: "none" } : undefined,
    );
    bundle.onLoad({ filter: /.*/, namespace: "none" }, () => ({ contents: "module.exports = {}" }));
  },
};

/** A part is asked for by `require`: `import()` would set up the loader that CommonJS spares. */
const required = (code) =>
  code.replaceAll(/\bimport\(("(?:\.{1,2}\/|node:)[^"]+")\)/g, "Promise.resolve().then(()=>require($1))");

const first = async (contents) => {
  const made = await build({
    ...common,
    stdin: { contents, resolveDir: root, sourcefile: "first.js" },
    outfile: resolve(outdir, "main.cjs"),
    write: false,
    format: "cjs",
    define: { ...common.define, "import.meta.url": "hookproofFile.url" },
    banner: { js: 'const hookproofFile={get url(){return require("node:url").pathToFileURL(__filename).href}};' },
    plugins: [later, noChildren],
  });
  return { inputs: Object.keys(made.metafile.inputs), code: required(made.outputFiles[0].text) };
};

// Once to learn which modules it holds, and once to hand them out.
const learned = await first('require("./src/main.ts");');
const shared = learned.inputs
  .filter((path) => path.startsWith("src/") && path !== "src/main.ts")
  .map((path) => resolve(root, path));

// With their names: esbuild gives whoever imports a CommonJS module later its default export alone.
const { metafile } = await build({ entryPoints: shared, format: "esm", outdir, write: false, metafile: true });
const namesOf = (path) =>
  Object.values(metafile.outputs).find(({ entryPoint }) => resolve(root, entryPoint) === path).exports;

const fromFirst = {
  name: "from-first",
  setup(bundle) {
    bundle.onResolve({ filter: /^\.{1,2}\// }, (asked) => {
      const at = shared.indexOf(resolve(asked.resolveDir, asked.path));
      return at < 0 ? undefined : { path: String(at), namespace: "first" };
    });
    bundle.onLoad({ filter: /.*/, namespace: "first" }, ({ path }) => {
      used.add(Number(path));
      const names = namesOf(shared[path]).map((name) => (name === "default" ? "default: standard" : name));
      const standard = names.includes("default: standard") ? "export { standard as default };" : "";
      const contents = `export const { ${names.join(", ")} } = require("../main.cjs").m${path}; ${standard}`;
      return { contents, resolveDir: root };
    });
    bundle.onResolve({ filter: /^\.\.\/main\.cjs$/ }, ({ path }) => ({ path, external: true }));
  },
};
const used = new Set();

// The same for packages: Node gives the names that it finds in a CommonJS module.
const withNames = {
  name: "with-names",
  setup(bundle) {
    bundle.onResolve({ filter: /^[a-z@]/ }, ({ kind, path, resolveDir }) =>
      kind !== "dynamic-import" || path.startsWith("node:") || common.external.includes(path)
        ? undefined
        : { path, namespace: "names", pluginData: resolveDir },
    );
    bundle.onLoad({ filter: /.*/, namespace: "names" }, async ({ path, pluginData }) => {
      const names = Object.keys(await import(path)).filter((name) => name !== "module.exports");
      return { contents: `export { ${names.join(", ")} } from ${JSON.stringify(path)}`, resolveDir: pluginData };
    });
  },
};

const rest = await build({
  ...common,
  entryPoints: Object.fromEntries(parts),
  outdir: resolve(outdir, "parts"),
  outExtension: { ".js": ".cjs" },
  write: false,
  splitting: true,
  format: "esm",
  keepNames: true,
  chunkNames: "[name]-[hash]",
  plugins: [fromFirst, withNames],
});

// By getters, so that a module is only set up when somebody asks for it.
const handedOut = [...used].map((at) => `get m${at}() { return require(${JSON.stringify(shared[at])}); },`);
const whole = await first(`module.exports = { ${handedOut.join("\n")} };\nrequire("./src/main.ts");`);

await mkdir(resolve(outdir, "parts"), { recursive: true });
await writeFile(resolve(outdir, "main.cjs"), whole.code);
// esbuild splits ES modules only; each of them becomes CommonJS afterwards.
for (const { path, text } of rest.outputFiles) {
  const { code } = await transform(text, { format: "cjs", platform: "node", target: common.target, minify: true });
  await writeFile(path, required(code));
}

await cp(resolve(root, "src/providers/samples"), resolve(outdir, "samples"), { recursive: true });
const inputs = [...whole.inputs, ...Object.keys(rest.metafile.inputs)];
await writeFile(resolve(outdir, "THIRD-PARTY-NOTICES.txt"), await notices(inputs, root));
