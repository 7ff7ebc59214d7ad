import { spawn, spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { Server } from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { blocksOf, stepsOf } from "./markdown.ts";
import type { Step } from "./markdown.ts";
import { bin, temporaryFolder } from "./run.ts";

/** A command of a page with the output it really printed and the output the page shows. */
export interface Ran extends Step {
  /** The output, with the run's ports and folders replaced by those of the page. */
  readonly printed: string;
}

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Ports that pages name. Each page's run gets other ports instead, so that pages can run in parallel. */
const pagePorts = ["3000", "3001", "8787", "8788", "9000", "9001"];

/**
 * The range that the other ports are picked from; it contains no port that browsers and `fetch` refuse to connect to.
 */
const [firstPort, portCount, guardDistance] = [7000, 3000, 10_000];

/** The maximum time for a page, even on a busy machine. */
export const maxWaitMs = 100_000;

/**
 * Runs the ```console blocks of a page as one bash session, with its own folder and home: what one block sets, writes
 * or starts is available to the next. Blocks with a file name are written first, and `<!-- files: FOLDER -->` puts a
 * folder's files there. A command that ends in `&` keeps running, as in a second terminal: the next command waits until
 * the first line that the page shows of it has appeared, and the rest of its output is compared when the page ends.
 */
export const runPage = async (page: string): Promise<readonly Ran[]> => {
  const folder = temporaryFolder("hookproof-page-");
  const [work, home, out, path] = ["work", "home", "out", "path"].map((name) => join(folder, name));
  if (work === undefined || home === undefined || out === undefined || path === undefined)
    throw new Error("unreachable");
  for (const one of [work, out, path]) mkdirSync(one);
  const ports = await reservePorts(page);
  try {
    for (const [, from = ""] of page.matchAll(/<!-- files: (\S+) -->/g))
      cpSync(join(root, from), work, { recursive: true });
    // So that a page's scripts find the packages they import.
    symlinkSync(join(root, "node_modules"), join(work, "node_modules"));
    for (const script of readdirSync(work).filter((name) => name.endsWith(".mjs")))
      writeFileSync(join(work, script), ports.toReal(readFileSync(join(work, script), "utf8")));
    for (const { file, text } of blocksOf(page)) {
      if (file === "") continue;
      mkdirSync(dirname(join(work, file)), { recursive: true });
      writeFileSync(join(work, file), ports.toReal(text));
    }
    const launcher = join(path, "hookproof");
    writeFileSync(launcher, launcherScript(ports.toReal));
    chmodSync(launcher, 0o755);
    const steps = blocksOf(page).flatMap(({ language, text }) => (language === "console" ? stepsOf(text) : []));
    const ended = await bash(script(steps, out, ports.toReal), work, {
      PATH: `${path}:${process.env["PATH"] ?? ""}`,
      HOME: folder,
      HOOKPROOF_HOME: home,
      WEBHOOK_SECRET: "correct-horse",
      LC_ALL: "C.UTF-8",
      TZ: "UTC",
    });
    if (!ended) {
      const last = Math.max(...readdirSync(out).map(Number));
      const said = readFileSync(join(out, String(last)), "utf8");
      throw new Error(`the page did not end within ${maxWaitMs / 1000} s, at: ${steps[last]?.command}\n${said}`);
    }
    const asOnPage = (text: string): string =>
      ports
        .toPage(text)
        .replaceAll(`${home}/data`, "/home/you/.local/share/hookproof")
        .replaceAll(`${home}/config`, "/home/you/.config/hookproof")
        .replaceAll(work, "/home/you/work");
    return steps.map((step, at) => ({ ...step, printed: asOnPage(readFileSync(join(out, String(at)), "utf8")) }));
  } finally {
    ports.release();
    rmSync(folder, { recursive: true, force: true });
  }
};

/**
 * Removes the blocks marked `<!-- needs: PROGRAM -->` whose program is missing here. Returns the page and the missing
 * programs.
 */
export const runnable = (page: string): { readonly page: string; readonly missing: readonly string[] } => {
  const missing: string[] = [];
  const rest = page.replaceAll(
    /^<!-- needs: (\S+) -->\n\n```console\n[\s\S]*?^```$/gm,
    (block: string, program: string) => {
      if (spawnSync(program, ["--version"]).error === undefined) return block;
      missing.push(program);
      return "";
    },
  );
  return { page: rest, missing };
};

/** Whether a command printed what the page shows: a line `...` stands for any lines, `...` in a line for anything. */
export const matches = ({ output, printed }: Ran): boolean => {
  const pattern = steady(output)
    .replace(/\n$/, "")
    .split("\n")
    .map((line) => (line === "..." ? "(?:.*\n)*?" : `${line.split("...").map(escape).join(".*")}\n`))
    .join("");
  return new RegExp(`^${pattern}$`).test(`${steady(printed).replace(/\n$/, "")}\n`);
};

const escape = (text: string): string => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);

/** Replaces what differs between runs (instants, durations, rates, random ids) with placeholders. */
export const steady = (text: string): string =>
  text
    .replaceAll(/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?Z?/g, "<instant>")
    .replaceAll(/\b\d\d:\d\d:\d\d(\.\d+)?Z?/g, "<clock>")
    .replaceAll(/ *\b\d+(\.\d+)? ?(µs|ms|s)\b/g, " <time>")
    .replaceAll(/\b\d+(\.\d+)?\/s\b/g, "<rate>")
    .replaceAll(/\b(evt|dlq|req|case)_[0-9A-Za-z]{8,}(_\d+)?/g, "$1_<id>");

const script = (steps: readonly Step[], out: string, toReal: (text: string) => string): string =>
  [
    "status=0",
    ...steps.flatMap(({ command, output }, at) => [
      `exec >'${out}/${at}' 2>&1; (exit $status)`,
      toReal(command),
      "status=$?",
      ...(isBackground(command)
        ? [untilSaid(toReal(output.split("\n")[0]?.split("...")[0] ?? ""), `${out}/${at}`)]
        : []),
      ...(isBackground(command) && /--count/.test(command) ? ["ending+=($!)"] : []),
    ]),
    // Wait for background commands that end by themselves (--count), then stop the others.
    'exec >/dev/null 2>&1; for one in "${ending[@]}"; do wait "$one"; done',
    "kill $(jobs -p); wait",
  ].join("\n");

const isBackground = (command: string): boolean => /(?<!&)&$/.test(command);

const untilSaid = (line: string, file: string): string =>
  `until grep -qF -- ${quoted(line)} '${file}' || ! kill -0 $!; do sleep 0.05; done 2>/dev/null`;

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/**
 * The launcher that is put on the PATH as `hookproof`; if a command sets no port, it replaces the default port with the
 * page's.
 */
const launcherScript = (toReal: (text: string) => string): string => `#!/usr/bin/env bash
case "$1 $*" in
  *" --port"*) ;;
  "listen "*) set -- "$@" --port ${toReal("8787")} ;;
  "simulate "*) set -- "$@" --port ${toReal("8788")} ;;
esac
exec ${quoted(process.execPath)} ${quoted(bin)} "$@"
`;

/** Runs a script; false if it didn't end in time. */
const bash = (text: string, cwd: string, env: Readonly<Record<string, string>>): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const child = spawn("bash", ["-c", text], { cwd, env, stdio: ["ignore", "ignore", "inherit"], detached: true });
    const stop = (): void => {
      // Kill the whole process group, including what the page left running.
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    };
    const timer = setTimeout(stop, maxWaitMs);
    child.on("error", reject);
    child.on("close", (_code, signal) => {
      clearTimeout(timer);
      resolve(signal === null);
    });
  });

interface Ports {
  readonly toReal: (text: string) => string;
  readonly toPage: (text: string) => string;
  readonly release: () => void;
}

/** Reserves free four-digit ports, so that text wraps as on the page. */
const reservePorts = async (page: string): Promise<Ports> => {
  const real = new Map<string, string>();
  const guards: Server[] = [];
  for (const port of pagePorts) {
    if (!page.includes(port) && !/hookproof (listen|simulate)/.test(page)) continue;
    while (!real.has(port)) {
      const candidate = firstPort + Math.floor(Math.random() * portCount);
      if (pagePorts.includes(String(candidate))) continue;
      // Each port is reserved by holding a guard port far above it, which other pages and runs check; it is released
      // when the process ends.
      const guard = await held(candidate + guardDistance);
      if (guard === undefined) continue;
      const probe = await held(candidate);
      if (probe === undefined) guard.close();
      else {
        await new Promise((resolve) => probe.close(resolve));
        guards.push(guard);
        real.set(port, String(candidate));
      }
    }
  }
  const replace = (pairs: readonly (readonly [string, string])[]) => (text: string) =>
    pairs.length === 0
      ? text
      : text.replaceAll(
          new RegExp(`\\b(${pairs.map(([from]) => from).join("|")})\\b`, "g"),
          (port) => new Map(pairs).get(port) ?? port,
        );
  return {
    toReal: replace([...real]),
    toPage: replace([...real].map(([port, other]) => [other, port] as const)),
    release: () => {
      for (const guard of guards) guard.close();
    },
  };
};

/** A server that occupies a local port; undefined if the port is taken. */
const held = (port: number): Promise<Server | undefined> =>
  new Promise((resolve) => {
    const server = createServer()
      .once("error", () => resolve(undefined))
      .listen(port, "127.0.0.1", () => resolve(server));
  });
