// Bundles src/main.ts into dist/, split so that a command loads only what it needs. The output is CommonJS, which Node
// starts much faster than the same number of ES modules (bench/README.md).
import { cp, readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "rolldown";
import { library } from "./library.mjs";
import { notices } from "./notices.mjs";

const root = fileURLToPath(new URL("../", import.meta.url));
const outdir = resolve(root, process.env.HOOKPROOF_DIST ?? "dist");
const { version, peerDependencies } = JSON.parse(await readFile(resolve(root, "package.json"), "utf8"));

/**
 * Modules that packages load at startup but hookproof doesn't need: chalk gets its color level from us, and commander
 * never spawns a subcommand.
 */
const unused = {
  name: "unused",
  resolveId: (id, importer) =>
    id === "#supports-color" || (id === "node:child_process" && /[\\/]commander[\\/]/.test(importer))
      ? "\0unused"
      : null,
  load: (id) => (id === "\0unused" ? "export default { stdout: false, stderr: false };" : null),
};

const { output } = await build({
  cwd: root,
  // `listen` runs the search for causes in a worker thread, which needs its own entry file.
  input: ["src/main.ts", "src/listener/search-worker.ts"],
  platform: "node",
  external: Object.keys(peerDependencies),
  transform: { target: "node20.18", define: { HOOKPROOF_VERSION: JSON.stringify(version) } },
  plugins: [unused, library({ isBuild: true })],
  // The groups below decide which chunk a module goes to, so a module that is imported both statically and dynamically
  // is fine.
  checks: { ineffectiveDynamicImport: false },
  output: {
    dir: outdir,
    cleanDir: true,
    format: "cjs",
    exports: "named",
    entryFileNames: "[name].cjs",
    chunkFileNames: "[name]-[hash].cjs",
    // Names are kept: asn1js depends on its class names, and stack traces stay readable.
    minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
    codeSplitting: {
      groups: [
        { name: "zod", test: /[\\/]node_modules[\\/]zod[\\/]/, priority: 1 },
        // What nearly every command needs goes into one file instead of thirty. Nothing in it may import zod or another
        // package.
        { name: "common", test: /[\\/]src[\\/]/, minShareCount: 16 },
      ],
    },
  },
});
await cp(resolve(root, "src/providers/samples"), resolve(outdir, "samples"), { recursive: true });

// Bundle the inspector's page for browsers.
const page = resolve(root, "src/inspector/page");
const { output: pageOutput } = await build({
  cwd: root,
  input: resolve(page, "main.tsx"),
  platform: "browser",
  transform: { target: "es2022" },
  output: { dir: resolve(outdir, "inspector"), format: "esm", entryFileNames: "app.js", minify: true },
});
for (const file of ["index.html", "app.css"]) await cp(resolve(page, file), resolve(outdir, "inspector", file));

const bundled = [...output, ...pageOutput].flatMap((chunk) => (chunk.type === "chunk" ? chunk.moduleIds : []));
await writeFile(resolve(outdir, "THIRD-PARTY-NOTICES.txt"), await notices(bundled));
