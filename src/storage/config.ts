import { existsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { HookproofError } from "../errors.ts";
import type { Profile } from "../providers/profile.ts";
import { isJson, syntaxAdvice } from "../values/parse-json.ts";
import type { PlacedProblem } from "./config-problems.ts";
import { inputLimits, readWhole } from "./input.ts";
import type { Reading } from "./input.ts";

/** The project file, read and checked. */
export interface Config {
  /** The file's path; null if there is none. */
  readonly path: string | null;
  readonly provider: string | undefined;
  readonly endpoint: string | undefined;
  /** Where `listen` forwards requests to, each as in `--forward-to`. */
  readonly forward: readonly string[];
  /** Secret references by provider id. */
  readonly secrets: Readonly<Record<string, readonly string[]>>;
  /** The user's own profiles. */
  readonly providers: readonly Profile[];
}

export const configFileName = "hookproof.config.json";

const none: Config = { path: null, provider: undefined, endpoint: undefined, forward: [], secrets: {}, providers: [] };

type Limits = Pick<Reading, "limit" | "signal">;

/** The text of a project file. */
export interface ConfigText {
  readonly text: string;
  readonly path: string;
}

/**
 * Finds and reads the project file: `HOOKPROOF_CONFIG`, else `hookproof.config.json` in the folder or above it, up to
 * the repository's root or the home folder. Undefined if there is none.
 * @throws HookproofError `input-unreadable`
 */
export const readConfig = async (
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
  reading: Limits = { limit: inputLimits.settings },
): Promise<ConfigText | undefined> => {
  const given = env["HOOKPROOF_CONFIG"];
  const path = given !== undefined && given !== "" ? resolve(cwd, given) : findUpwards(cwd, env["HOME"]);
  return path === undefined ? undefined : readConfigAt(path, reading);
};

/** Reads the project file of this path. @throws HookproofError `input-unreadable` */
export const readConfigAt = async (path: string, reading: Limits): Promise<ConfigText> => {
  const bytes = await readWhole(path, {
    displayName: path,
    limit: reading.limit,
    get signal() {
      return reading.signal;
    },
  });
  return { text: bytes.toString("utf8"), path };
};

/**
 * Finds, reads and checks the project file.
 * @throws HookproofError `config-invalid` naming file, line and field, `input-unreadable`
 */
export const loadConfig = async (...where: Parameters<typeof readConfig>): Promise<Config> => {
  const found = await readConfig(...where);
  return found === undefined ? none : configOf(found);
};

/** Checks a project file's text. @throws HookproofError `config-invalid` with the first problem */
export const configOf = async (given: ConfigText): Promise<Config> => {
  const { config, problems } = await inspectConfig(given);
  if (config !== undefined) return config;
  const first = problems.slice(0, 1);
  const what = first.map(
    ({ line, column, field, message }) =>
      `${given.path}:${line}:${column}: ${field === "" ? "" : `${field}: `}${message}`,
  );
  const hints = [
    ...(isJson(jsonOf(given.text)) ? [] : [syntaxAdvice(jsonOf(given.text))]),
    ...first.flatMap(({ nearest }) => (nearest === null ? [] : [`did you mean ${nearest}?`])),
    ...(problems.length > 1 ? [`\`hookproof config check\` shows all ${problems.length} problems`] : []),
  ];
  throw new HookproofError("config-invalid", what.join(), {
    hint: hints.join(" ") || `docs/${pageOf(first)} describes the format; with "$schema", editors check it`,
  });
};

/** The page that describes a field. */
const pageOf = ([first]: readonly PlacedProblem[]): string =>
  first?.field.startsWith("providers") === true ? "profiles.md" : "configuration.md";

/** Editors of Windows put a mark before it. */
const jsonOf = (text: string): string => text.replace(/^\ufeff/, "");

/** A project file with all its problems, in text order. */
export interface InspectedConfig {
  /** Undefined if there is a problem. */
  readonly config: Config | undefined;
  readonly problems: readonly PlacedProblem[];
}

/** Checks a project file's text. */
export const inspectConfig = async ({ text, path }: ConfigText): Promise<InspectedConfig> => {
  const json = jsonOf(text);
  // zod is only loaded if there is a file to check.
  const [{ checkConfig }, { placedIn, syntaxProblem }] = await Promise.all([
    import("./config-schema.ts"),
    import("./config-problems.ts"),
  ]);
  const syntax = syntaxProblem(json);
  if (syntax !== undefined) return { config: undefined, problems: [syntax] };
  const { config, problems } = checkConfig(JSON.parse(json));
  return { config: config === undefined ? undefined : { path, ...config }, problems: placedIn(json, problems) };
};

const findUpwards = (from: string, home: string | undefined): string | undefined => {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const path = join(folder, configFileName);
    if (existsSync(path) && statSync(path).isFile()) return path;
    if (existsSync(join(folder, ".git")) || folder === home || folder === dirname(folder)) return undefined;
  }
};
