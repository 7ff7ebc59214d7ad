// Bundles src/main.ts into dist/. What a start needs stands in few files, because Node starts one file
// sooner than a few modules: main.cjs takes the command line and shows the help, quick.cjs runs a
// command and holds `sign` and `verify` whole. The rest is in parts that are loaded when a command asks
// for them. No module is bundled twice: whoever needs one of another file takes it from there, so that
// `instanceof` and module state hold across all. Everything is CommonJS: setting up Node's loader of ES
// modules costs a start a fifth of `node -e 0`.
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";
import { profilesAsJson } from "./build-profiles.mjs";
import { notices } from "./notices.mjs";

const root = fileURLToPath(new URL("../", import.meta.url));
const outdir = resolve(root, process.env.HOOKPROOF_DIST ?? "dist");
const { version, peerDependencies = {} } = JSON.parse(await readFile(resolve(root, "package.json"), "utf8"));
const source = (name) => resolve(root, `src/${name}.ts`);

/** Where each file begins; modules that one of them needs are in the first that needs them. */
const begins = {
  main: ["main"].map(source),
  quick: [
    "cli/context",
    "commands/sign/command",
    "commands/verify/command",
    "storage/config",
    "formats/read",
    "storage/secret-refs",
  ].map(source),
};

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  target: "node20.18",
  minify: true,
  legalComments: "none",
  metafile: true,
  define: { HOOKPROOF_VERSION: JSON.stringify(version), "import.meta.url": "hookproofFile.url" },
  external: Object.keys(peerDependencies),
  logLevel: "warning",
};

/** Of the modules in these files: which of them, and the name it is handed out by. */
const held = new Map();
/** Names of `held` that another file takes. */
const taken = new Set();
/** What is loaded later and stands in none of them, by the name of its part. */
const parts = new Map();

const partOf = (path) => {
  const name = path.includes("node_modules")
    ? path.replace(/^.*node_modules\//, "").replaceAll(/\W+/g, "-")
    : relative(resolve(root, "src"), path).replace(/\.ts$/, "").replaceAll("/", "-");
  parts.set(name, path);
  return `part:${name}`;
};

/** Leaves what a file loads later to the other files. */
const later = {
  name: "later",
  setup(bundle) {
    bundle.onResolve({ filter: /./ }, async (asked) => {
      if (asked.kind !== "dynamic-import" || asked.pluginData === "resolved") return undefined;
      if (asked.path.startsWith("node:") || common.external.includes(asked.path)) return undefined;
      const { importer, kind, resolveDir } = asked;
      const { path } = await bundle.resolve(asked.path, { importer, kind, resolveDir, pluginData: "resolved" });
      taken.add(path);
      return { path: held.has(path) ? `held:${path}` : partOf(path), external: true };
    });
  },
};

/** Takes the modules that other files hold from there. */
const fromOthers = (file) => ({
  name: "from-others",
  setup(bundle) {
    bundle.onResolve({ filter: /^\.{1,2}\// }, ({ path, resolveDir }) => {
      const asked = resolve(resolveDir, path);
      return held.has(asked) && held.get(asked).file !== file ? { path: asked, namespace: "held" } : undefined;
    });
    // With their names: esbuild gives whoever imports a CommonJS module later its default export alone.
    bundle.onLoad({ filter: /.*/, namespace: "held" }, ({ path }) => {
      taken.add(path);
      const { file: other, key, names } = held.get(path);
      const exported = names.map((name) => (name === "default" ? "default: standard" : name));
      const standard = names.includes("default") ? "export { standard as default };" : "";
      const contents = `export const { ${exported.join(", ")} } = require("held:${other}").${key}; ${standard}`;
      return { contents, resolveDir: root };
    });
    bundle.onResolve({ filter: /^held:/ }, ({ path }) => ({ path, external: true }));
  },
});

/** Puts requires of the files in place of the names that the plugins gave. `import()` would set up the loader. */
const linked = (code, up, within) =>
  code
    .replaceAll(/\bimport\("held:([^"]+)"\)/g, (_, path) => {
      const { file, key } = held.get(path);
      const from = file === within ? "module.exports" : `require("${up}${file}.cjs")`;
      return `Promise.resolve().then(()=>${from}.${key})`;
    })
    .replaceAll(
      /\bimport\("part:([^"]+)"\)/g,
      within === undefined ? `Promise.resolve().then(()=>require("${up}parts/$1.cjs"))` : 'hookproofPart("$1")',
    )
    .replaceAll(/\bimport\(("(?:\.\/|node:)[^"]+")\)/g, "Promise.resolve().then(()=>require($1))")
    .replaceAll(/"held:(\w+)"/g, `"${up}$1.cjs"`);

/** What these files begin with. Of the many ways to a part one piece of code stands for all: V8 has less to read. */
const ownUrl = 'const hookproofFile={get url(){return require("node:url").pathToFileURL(__filename).href}};';
const onePart =
  'const hookproofPart=function(name){return Promise.resolve().then(function(){return require("./parts/"+name+".cjs")})};';

const bundled = async (file, contents) => {
  const { metafile, outputFiles } = await build({
    ...common,
    stdin: { contents, resolveDir: root, sourcefile: `${file}.js` },
    write: false,
    format: "cjs",
    // V8 reads over `function () {…}` when it loads a file; `() => …` it parses in full, and again when it is called.
    supported: { arrow: false },
    banner: { js: `${ownUrl}${onePart}` },
    plugins: [later, fromOthers(file), profilesAsJson],
  });
  return { inputs: Object.keys(metafile.inputs), code: linked(outputFiles[0].text, "./", file) };
};
const importing = (paths) => paths.map((path) => `import ${JSON.stringify(path)};`).join("\n");
// Set once the file has run, as plain objects: getters, as esbuild makes them for `export *`, cost a start more. Who loads
// a file waits for that: what is imported later is loaded in a microtask, after main.cjs has ended.
const exporting = (file) => {
  const its = [...held].filter(([path, one]) => one.file === file && taken.has(path));
  const imports = its.map(([path, { key, names }]) => {
    const list = names.map((name) => `${name} as ${key}_${name}`);
    return `import { ${list.join(", ")} } from ${JSON.stringify(path)};`;
  });
  const objects = its.map(
    ([, { key, names }]) => `${key}: { ${names.map((name) => `${name}: ${key}_${name}`).join(", ")} }`,
  );
  return `${imports.join("\n")}\nmodule.exports = { ${objects.join(", ")} };`;
};

// Once to learn which modules each of them holds, and later to hand them out.
for (const file of Object.keys(begins)) {
  const { inputs } = await bundled(file, importing(begins[file]));
  const paths = inputs.filter((path) => path.startsWith("src/")).map((path) => resolve(root, path));
  const { metafile } = await build({ entryPoints: paths, format: "esm", outdir, write: false, metafile: true });
  for (const { entryPoint, exports } of Object.values(metafile.outputs))
    held.set(resolve(root, entryPoint), { file, key: `m${held.size}`, names: exports });
}
taken.clear();
parts.clear();

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

// Packages may go by the names of their classes (asn1js does, for certificates). Only theirs are kept: naming a function
// costs as much as a call of it, which a load of deliveries feels.
const namesOfPackages = {
  name: "names-of-packages",
  setup(bundle) {
    bundle.onLoad({ filter: /[\\/]node_modules[\\/].*\.[cm]?js$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), { keepNames: true, loader: "js" });
      return { contents: code, loader: "js" };
    });
  },
};

// What is later than these is known from them; what the parts take from them, from the parts.
for (const [file, first] of Object.entries(begins)) await bundled(file, importing(first));
const rest = await build({
  ...common,
  entryPoints: Object.fromEntries(parts),
  outdir: resolve(outdir, "parts"),
  outExtension: { ".js": ".cjs" },
  write: false,
  splitting: true,
  format: "esm",
  chunkNames: "[name]-[hash]",
  plugins: [fromOthers("parts"), withNames, namesOfPackages],
});
// Each may take from those before it; what they take is known once the later ones are made.
const files = Object.entries(begins).toReversed();
const bundles = new Map();
for (const [file, first] of files) bundles.set(file, await bundled(file, `${importing(first)}\n${exporting(file)}`));

await rm(outdir, { recursive: true, force: true });
await mkdir(resolve(outdir, "parts"), { recursive: true });
for (const [file, { code }] of bundles) await writeFile(resolve(outdir, `${file}.cjs`), code);
// esbuild splits ES modules only; each of them becomes CommonJS afterwards.
for (const { path, text } of rest.outputFiles) {
  const { code } = await transform(text, { format: "cjs", platform: "node", target: common.target, minify: true });
  await writeFile(path, linked(code, "../"));
}
await cp(resolve(root, "src/providers/samples"), resolve(outdir, "samples"), { recursive: true });
const inputs = [...[...bundles.values()].flatMap((one) => one.inputs), ...Object.keys(rest.metafile.inputs)];
await writeFile(resolve(outdir, "THIRD-PARTY-NOTICES.txt"), await notices(inputs, root));
