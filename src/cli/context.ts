import { dirname, resolve } from "node:path";
import { rotatedOf } from "../storage/rotated.ts";
import type { Config } from "../storage/config.ts";
import type { DeliveryClock } from "../delivery/deliver.ts";
import { HookproofError, errnoOf, fileError } from "../errors.ts";
import { builtInProfiles, findProfile } from "../providers/index.ts";
import type { Profile } from "../providers/profile.ts";
import { concatenate, inputLimits, readChunks, readWhole, stopped } from "../storage/input.ts";
import type { InputKind, Reading } from "../storage/input.ts";
import type { SecretStore } from "../storage/secret-store.ts";
import type { Secret } from "../values/secret.ts";
import { foldersOf } from "./folders.ts";
import type { Folders } from "./folders.ts";
import type { NestedRun } from "./nested.ts";
import type { Choice } from "./choose.ts";
import { lazyStore } from "./lazy-store.ts";
import { startProgress } from "./progress.ts";
import type { Progress } from "./progress.ts";
import { paintFor } from "./paint.ts";
import type { Paint } from "./paint.ts";
import { messageFor } from "./show.ts";
import { sleep } from "./sleep.ts";
import type { System } from "./system.ts";
import { printableText } from "./printable.ts";

/** The global flags. */
export interface GlobalFlags {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly debug: boolean;
  /** Show bodies unformatted. */
  readonly raw: boolean;
  readonly noColor: boolean;
  readonly noInput: boolean;
  /** Overrides the size limit for each kind of input. */
  readonly maxInput?: number;
}

/** The environment a command runs in. */
export interface Context {
  readonly flags: GlobalFlags;
  readonly env: System["env"];
  readonly cwd: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly randomBytes: (size: number) => Buffer;
  /** A random version 4 UUID. */
  readonly uuid: () => string;
  /** Aborts when the user or the system asks to stop. */
  readonly signal: AbortSignal;
  /** Aborts on the second request to stop. */
  readonly forceSignal: AbortSignal | undefined;
  readonly folders: Folders;
  readonly paint: Paint;
  /** Whether the user can be prompted: stdin and stderr are terminals and nothing forbids it. */
  readonly interactive: boolean;
  /** Whether standard input is a terminal, where a read would wait for the user to type. */
  readonly stdinIsTerminal: boolean;
  /** Whether results go to a terminal. */
  readonly stdoutIsTerminal: boolean;
  config(): Promise<Config>;
  /** The user's own profiles, then the built-in ones. */
  profiles(): Promise<readonly Profile[]>;
  /**
   * Finds a profile by id, else the project's default, else asks on the terminal.
   * @param missing the hint if there is none
   * @throws HookproofError `usage` if there is none, `unknown-provider`
   */
  profile(id: string | undefined, missing?: string): Promise<Profile>;
  /** The provider's secrets by precedence (flag, HOOKPROOF_SECRET, project file, store); may be empty. */
  secrets(refs: readonly string[], profile: Profile | undefined): Promise<readonly Secret[]>;
  /** Like `secrets`, but never empty: asks on the terminal if needed. @throws HookproofError `secret-missing` */
  needSecrets(refs: readonly string[], profile: Profile): Promise<readonly [Secret, ...Secret[]]>;
  /** Asks on the terminal where a secret is. @throws HookproofError `secret-missing`, `interrupted` */
  askSecret(id: string): Promise<Secret>;
  /** All other known secrets (stored, project file), to report which one matches instead. */
  otherSecrets(): Promise<readonly Secret[]>;
  readonly store: SecretStore;
  /**
   * Reads a file, pipe or device whole; `-` is standard input.
   * @param kind decides the size limit; requests by default
   * @throws HookproofError `input-unreadable`, `input-too-large`
   */
  readInput(path: string, kind?: InputKind): Promise<Buffer>;
  /**
   * The same as chunks, without a size limit.
   * @throws HookproofError `input-unreadable`, `interrupted`
   */
  inputChunks(path: string): AsyncIterable<Buffer>;
  /** The size limit for a kind of input. */
  readonly inputLimit: (kind: InputKind) => number;
  /** Resolves a path typed by the user. */
  path(path: string): string;
  /** Prints a warning on stderr, each text once. */
  readonly warn: (message: string) => void;
  /** Prints a line on stderr, except with `--quiet`. */
  readonly note: (message: string) => void;
  /** Prints a workflow command for the CI runner; its data must be escaped already. */
  readonly annotate: (command: string) => void;
  /** Prints a line on stderr with `--verbose`. */
  readonly detail: (message: string) => void;
  progress(text: string): Progress;
  /** Asks for a line on the terminal; `hidden` turns off echo. */
  ask(question: string, options?: { readonly hidden?: boolean }): Promise<string>;
  /** Lets the user pick from a list on the terminal. @throws HookproofError `interrupted` */
  choose<T>(question: string, choices: readonly Choice<T>[]): Promise<T>;
  readonly stdin: System["stdin"];
  /** Identifies this process to others that share a file. */
  readonly processInfo: { readonly host: string; readonly pid: number; readonly exists: (pid: number) => boolean };
  /** Clock and randomness for deliveries. */
  readonly clock: DeliveryClock;
  /** Runs another hookproof command line in this process. @returns its exit code */
  readonly hookproof: (argv: readonly string[], options: NestedRun) => Promise<number>;
}

type Main = (system: System) => Promise<number>;

/** Builds the context of one run. */
export const makeContext = async (system: System, flags: GlobalFlags, main: Main): Promise<Context> => {
  const folders = await foldersOf(system.env, system.cwd, (message) => context.warn(message));
  let painted: Paint | undefined;
  const warned = new Set<string>();
  let config: Promise<Config> | undefined;
  let store: SecretStore | undefined;
  let isStdinRead = false;
  let actsOnSignals = false;
  const line = (text: string): void => {
    system.stderr.write(`${printableText(text)}\n`);
  };
  const isTerminal = (): boolean => system.stdin.isTTY === true && system.stderr.isTTY === true;

  const reading = (displayName: string, limit: number): Reading => ({
    displayName,
    limit,
    // A getter, because creating the signal costs time.
    get signal() {
      return system.signal;
    },
  });

  const standardInput = (limit: number): AsyncIterable<Buffer> => {
    // A second read would return nothing, which would look like an empty file.
    if (isStdinRead)
      throw new HookproofError("usage", "standard input (-) can only be read once", {
        hint: "pass one of them as a file",
      });
    isStdinRead = true;
    if (system.stdin.isTTY === true) context.note("reading standard input: press Ctrl-D to finish");
    return chunksOfStdin(system.stdin, reading("standard input", limit));
  };

  const context: Context = {
    flags,
    env: system.env,
    cwd: system.cwd,
    now: system.now,
    randomBytes: system.randomBytes,
    uuid: () => uuidOf(system.randomBytes(16)),
    get signal() {
      actsOnSignals = true;
      return system.signal;
    },
    get forceSignal() {
      return system.forceSignal;
    },
    folders,
    // Streams are created lazily: each adds milliseconds to the start.
    get paint() {
      return (painted ??= paintFor(system, system.stderr, flags));
    },
    get interactive() {
      return !flags.noInput && !flags.json && (system.env["CI"] ?? "") === "" && isTerminal();
    },
    get stdinIsTerminal() {
      return system.stdin.isTTY === true;
    },
    stdoutIsTerminal: system.stdout.isTTY === true,
    config: () =>
      (config ??= import("../storage/config.ts").then(({ loadConfig }) =>
        loadConfig(system.cwd, system.env, reading("the project file", context.inputLimit("settings"))),
      )),
    profiles: async () => [...(await context.config()).providers, ...builtInProfiles()],
    profile: async (
      id,
      missing = "add -p ID (`hookproof providers` lists them), or run `hookproof init` once in this project",
    ) => {
      const settings = await context.config();
      const wanted = id ?? (system.env["HOOKPROOF_PROVIDER"] || settings.provider);
      if (wanted === undefined) {
        if (context.interactive) return (await import("./prompts.ts")).askProfile(context);
        throw new HookproofError("usage", "missing --provider (-p)", {
          hint: missing,
        });
      }
      return findProfile(wanted, settings.providers);
    },
    secrets: async (refs, profile) => {
      const { resolveSecrets } = await import("../storage/secret-refs.ts");
      const { secrets, path } = await context.config();
      const names = profile === undefined ? [] : [profile.id, ...(profile.aliases ?? [])].map((id) => id.toLowerCase());
      const project = Object.entries(secrets).flatMap(([id, its]) =>
        profile === undefined || names.includes(id.toLowerCase()) ? its : [],
      );
      return resolveSecrets(
        {
          flags: refs,
          project: { refs: project, folder: path === null ? system.cwd : dirname(path) },
          providerIds: names,
        },
        {
          env: system.env,
          cwd: system.cwd,
          store: context.store,
          warn: context.warn,
          reading: reading("", context.inputLimit("secret")),
        },
      );
    },
    needSecrets: async (refs, profile) => {
      const [first, ...rest] = await context.secrets(refs, profile);
      if (first !== undefined) return [first, ...rest];
      if (context.interactive) return [await context.askSecret(profile.id)];
      throw new HookproofError("secret-missing", `missing secret for ${profile.id}`, {
        hint: `add --secret env:NAME, set HOOKPROOF_SECRET, or run: hookproof secret set ${profile.id}`,
      });
    },
    askSecret: async (id) => {
      const { resolveRef } = await import("../storage/secret-refs.ts");
      const ref = await (await import("./prompts.ts")).askSecretRef(context, id);
      context.note(`next time: --secret ${ref}, or run \`hookproof init\` once in this project`);
      return resolveRef(ref, "secret", {
        env: system.env,
        cwd: system.cwd,
        store: context.store,
        warn: context.warn,
        reading: reading("", context.inputLimit("secret")),
      });
    },
    otherSecrets: async () => {
      const { projectSecrets } = await import("../storage/secret-refs.ts");
      const { secrets, path } = await context.config();
      const folder = path === null ? system.cwd : dirname(path);
      const sources = {
        env: system.env,
        cwd: folder,
        store: context.store,
        warn: () => undefined,
        reading: reading("", context.inputLimit("secret")),
      };
      const named = await Promise.allSettled(
        Object.values(secrets)
          .flat()
          .map((ref) => projectSecrets({ refs: [ref], folder }, sources)),
      );
      return [...named.flatMap((one) => (one.status === "fulfilled" ? one.value : [])), ...(await context.store.all())];
    },
    get store() {
      return (store ??= lazyStore(
        () => folders.config,
        context.processInfo,
        () => system.randomBytes(6).toString("hex"),
      ));
    },
    readInput: async (path, kind = "requests") => {
      const limit = context.inputLimit(kind);
      try {
        if (path === "-") return await concatenate(standardInput(limit), reading("standard input", limit));
        const file = resolve(system.cwd, path);
        const parts = kind === "requests" ? rotatedOf(file) : [];
        if (parts.length === 0) return await readWhole(file, reading(path, limit));
        const { readRotated } = await import("../formats/rotated-capture.ts");
        return await readRotated(file, parts, reading(path, limit), context.warn);
      } finally {
        // From here on, the command may only compute, and a signal should simply end the process.
        if (!actsOnSignals) await system.leaveSignals?.();
      }
    },
    inputChunks: (path) =>
      path === "-"
        ? standardInput(Number.POSITIVE_INFINITY)
        : readChunks(resolve(system.cwd, path), reading(path, Number.POSITIVE_INFINITY)),
    inputLimit: (kind) => flags.maxInput ?? inputLimits[kind],
    path: (path) => resolve(system.cwd, path),
    warn: (message) => {
      if (warned.has(message)) return;
      warned.add(message);
      line(context.paint`${context.paint.warn("warning:")} ${messageFor(message, system.stderr, context.paint, 9)}`);
    },
    note: (message) => {
      if (!flags.quiet) line(context.paint`${messageFor(message, system.stderr, context.paint, 0)}`);
    },
    annotate: (command) => void system.stderr.write(context.paint`${command}` + "\n"),
    detail: (message) => {
      if (flags.verbose)
        line(context.paint`${context.paint.dim(messageFor(message, system.stderr, context.paint, 0))}`);
    },
    progress: (text) => startProgress(text, system, flags),
    ask: async (question, options = {}) => {
      const { askOnTerminal } = await import("./ask.ts");
      return askOnTerminal(system, printableText(context.paint`${question} `), options.hidden === true);
    },
    choose: async (question, choices) => {
      const { chooseOnTerminal } = await import("./choose.ts");
      return chooseOnTerminal(system, context.paint, question, choices);
    },
    get stdin() {
      return system.stdin;
    },
    get processInfo() {
      return { host: process.getBuiltinModule("node:os").hostname(), pid: process.pid, exists };
    },
    hookproof: async (argv, options) => {
      const { nestedSystem } = await import("./nested.ts");
      return main(nestedSystem(system, flags, argv, options));
    },
    clock: {
      now: system.now,
      uuid: () => context.uuid(),
      sleep,
    },
  };
  return context;
};

/** Reads standard input to its end, or until the signal aborts. */
async function* chunksOfStdin(stdin: System["stdin"], { displayName, signal }: Reading): AsyncGenerator<Buffer> {
  const stop = (): void => void stdin.destroy(stopped(displayName));
  signal?.addEventListener("abort", stop, { once: true });
  try {
    for await (const chunk of stdin) yield Buffer.from(chunk);
  } catch (error) {
    throw error instanceof HookproofError ? error : fileError(error, "read", displayName);
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

/** Whether a process exists, including one that may not be signalled. */
const exists = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errnoOf(error) === "EPERM";
  }
};

const uuidOf = (bytes: Buffer): string => {
  const copy = Buffer.from(bytes);
  copy.writeUInt8((copy.readUInt8(6) & 0x0f) | 0x40, 6);
  copy.writeUInt8((copy.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = copy.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
};
