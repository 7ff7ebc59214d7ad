import { execFile } from "node:child_process";
import { HookproofError, errnoOf } from "../errors.ts";
import { withoutStart } from "../values/cut.ts";

/** A change on the receiver's side that may have broken it. */
export interface Deploy {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly kind: "tag" | "merge" | "commit" | "deploy";
  /** Tag, version, or short commit hash. */
  readonly name: string;
  /** The commit's subject line, or what the file says. */
  readonly message: string;
}

export interface Window {
  /** Epoch milliseconds. */
  readonly since: number;
  readonly until: number;
}

const field = "\u001f";
const record = "\u001e";
const maxDeploys = 60;

/**
 * Tags, merges and commits of a git repository in a time window, newest first. Runs `git log` without a shell, without
 * reading author names or addresses, and so that the repository's configuration can't make git run anything.
 * @param env of the child; git is found via `PATH`
 * @throws HookproofError `input-unreadable` where there is no git or no repository
 */
export const gitDeploys = (
  folder: string,
  window: Window,
  env: Readonly<Record<string, string | undefined>>,
): Promise<readonly Deploy[]> =>
  new Promise((resolve, reject) => {
    const iso = (ms: number): string => new Date(ms).toISOString();
    execFile(
      "git",
      [
        "-c",
        "core.fsmonitor=false",
        "-c",
        "log.showSignature=false",
        "--no-pager",
        "log",
        `--since=${iso(window.since)}`,
        `--until=${iso(window.until)}`,
        `--max-count=${maxDeploys * 4}`,
        "--no-color",
        "--format=%h%x1f%ct%x1f%P%x1f%D%x1f%s%x1e",
      ],
      {
        cwd: folder,
        env: {
          PATH: env["PATH"],
          HOME: env["HOME"],
          GIT_OPTIONAL_LOCKS: "0",
          GIT_TERMINAL_PROMPT: "0",
          // In a partial clone, git would fetch missing objects with a command configured by the repository.
          GIT_NO_LAZY_FETCH: "1",
          GIT_ALLOW_PROTOCOL: "none",
          LC_ALL: "C.UTF-8",
        },
        timeout: 20_000,
        maxBuffer: 16 * 1024 * 1024,
        windowsHide: true,
      },
      (error, stdout, stderr) => {
        if (error === null) resolve(chosen(stdout.split(record).flatMap(readCommit)));
        else if (/does not have any commits/.test(stderr)) resolve([]);
        else {
          const missing = errnoOf(error) === "ENOENT";
          reject(
            new HookproofError(
              "input-unreadable",
              missing ? "git is not installed" : `git log failed: ${stderr.trim().split("\n")[0] ?? error.message}`,
              {
                hint: "run it in the receiver's repository, or pass a file: --deploys deploys.ndjson",
                cause: error,
              },
            ),
          );
        }
      },
    );
  });

const readCommit = (text: string): readonly Deploy[] => {
  const [hash = "", seconds = "", parents = "", refs = "", subject = ""] = text.replace(/^\n/, "").split(field);
  if (hash === "") return [];
  const at = Number(seconds) * 1000;
  const tags = refs.split(", ").flatMap((ref) => (ref.startsWith("tag: ") ? [ref.slice(5)] : []));
  const merge = parents.split(" ").length > 1;
  return tags.length > 0
    ? tags.map((tag) => ({ at, kind: "tag" as const, name: tag, message: subject }))
    : [{ at, kind: merge ? ("merge" as const) : ("commit" as const), name: hash, message: subject }];
};

/** If there are too many, prefers tags and merges over commits; sorted newest first. */
const chosen = (all: readonly Deploy[]): readonly Deploy[] => {
  const ranked =
    all.length <= maxDeploys
      ? all
      : [...all.filter(({ kind }) => kind !== "commit"), ...all.filter(({ kind }) => kind === "commit")].slice(
          0,
          maxDeploys,
        );
  return ranked.toSorted((a, b) => b.at - a.at);
};

/**
 * Deploys from a file: JSON (an array, or an object a line) with a time and a name or version, or text
 * lines that begin with an ISO 8601 time.
 * @throws HookproofError `input-malformed` naming the line
 */
export const readDeploys = (text: string, name: string, window: Window): readonly Deploy[] => {
  const all = /^\s{0,100}\[/.test(text)
    ? jsonArray(text, name).map((one, index) => fromJson(one, `${name} item ${index + 1}`))
    : lines(text, name);
  return chosen(all.filter(({ at }) => at >= window.since && at <= window.until));
};

const jsonArray = (text: string, name: string): readonly unknown[] => {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [];
  } catch (error) {
    throw new HookproofError("input-malformed", `${name} is not JSON: ${String(error)}`, { cause: error });
  }
};

const lines = (text: string, name: string): readonly Deploy[] =>
  text.split("\n").flatMap((line, index) => {
    const where = `${name} line ${index + 1}`;
    if (line.trim() === "" || line.trimStart().startsWith("#")) return [];
    if (/^\s{0,100}\{/.test(line)) {
      try {
        return [fromJson(JSON.parse(line), where)];
      } catch (error) {
        throw error instanceof HookproofError
          ? error
          : new HookproofError("input-malformed", `${where} is not JSON`, { cause: error });
      }
    }
    const [, stamp = "", rest = ""] =
      /^(\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)?(?:Z|[+-]\d{2}:?\d{2})?)(.*)$/.exec(
        line.trim(),
      ) ?? [];
    const said = withoutStart(rest, " \t,;").trim().split(/\s+/);
    // `deploy v1.4.2`: every entry is one, so the name is what follows.
    const [label = "", ...words] =
      said.length > 1 && /^(?:deploy|release)(?:ed)?:?$/i.test(said[0] ?? "") ? said.slice(1) : said;
    return [{ at: instantOf(stamp, where), kind: "deploy" as const, name: label, message: words.join(" ") }];
  });

const fromJson = (value: unknown, where: string): Deploy => {
  const entries = new Map(typeof value === "object" && value !== null ? Object.entries(value) : []);
  const first = (names: readonly string[]): string => {
    const found = names
      .map((one): unknown => entries.get(one))
      .find((one) => typeof one === "string" || typeof one === "number");
    return found === undefined ? "" : String(found);
  };
  return {
    at: instantOf(
      first(["at", "time", "timestamp", "deployedAt", "deployed_at", "createdAt", "created_at", "date"]),
      where,
    ),
    kind: "deploy",
    name: first(["version", "name", "ref", "tag", "release", "sha", "commit", "id"]),
    message: first(["message", "title", "description", "what", "subject", "environment"]),
  };
};

const instantOf = (text: string, where: string): number => {
  const number = /^\d{1,20}(?:\.\d{1,20})?$/.test(text) ? Number(text) * (Number(text) > 1e11 ? 1 : 1000) : Number.NaN;
  const zoned = /(?:Z|[+-]\d{2}:?\d{2})$/.test(text.slice(10)) || text.length === 10 ? text : `${text}Z`;
  const ms = Number.isNaN(number) ? Date.parse(zoned.replace(" ", "T")) : number;
  if (Number.isNaN(ms)) {
    throw new HookproofError("input-malformed", `${where} has no time`, {
      hint: 'write {"at":"2026-06-19T11:40:00Z","version":"v1.4.2"} or 2026-06-19T11:40:00Z v1.4.2 what changed',
    });
  }
  return ms;
};
