import { realpathSync } from "node:fs";
import { isAbsolute, relative, resolve } from "node:path";
import { HookproofError } from "../errors.ts";
import { nearest } from "../values/nearest.ts";
import { shellLine } from "../values/shell-line.ts";
import { Secret } from "../values/secret.ts";
import { inputLimits, readWhole } from "./input.ts";
import type { Reading } from "./input.ts";
import type { SecretStore } from "./secret-store.ts";

interface RefSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder that relative `file:` paths start from. */
  readonly cwd: string;
  readonly store: SecretStore;
  /** Called with warnings: a stripped newline, a secret visible in the process list. */
  readonly warn: (message: string) => void;
  /** How to read a secret's file. */
  readonly reading?: Pick<Reading, "limit" | "signal">;
}

/**
 * The secret a reference stands for: `env:NAME`, `file:PATH`, `store:NAME`, or the secret itself.
 * @param literalName the name for a literal secret
 * @throws HookproofError `secret-missing` if there is nothing at the reference, `input-unreadable` for a file
 */
export const resolveRef = async (ref: string, literalName: string, from: RefSources): Promise<Secret> => {
  const name = ref.slice(ref.indexOf(":") + 1);
  if (ref === "env:")
    throw new HookproofError("secret-missing", `${literalName} ${ref} names no environment variable`, {
      hint: "write env:NAME, such as env:WEBHOOK_SECRET",
    });
  if (ref.startsWith("env:")) return required(ref, from.env[name], `set the environment variable ${name}`);
  if (ref.startsWith("file:")) return fileSecret(ref, resolve(from.cwd, name), from);
  if (ref.startsWith("store:")) {
    const found = await from.store.get(name);
    if (found !== undefined) return found;
    const names = (await from.store.list()).map((one) => one.name);
    throw new HookproofError("secret-missing", `no stored secret '${name}'`, {
      hint: hintFor(name, names),
    });
  }
  return required(literalName, ref, "use env:NAME, file:PATH or store:NAME");
};

/**
 * Warns if an option contains a literal secret: it is visible in the shell's history and the process list. Usually it
 * is a reference without its `env:`, and requests would be signed with a variable's name.
 */
export const warnLiteral = (option: string, ref: string, { env, warn }: RefSources): void => {
  if (ref === "" || !isLiteral(ref)) return;
  warn(
    env[ref] === undefined
      ? `${option} was given a literal secret, which ends up in the shell history and process list; use env:NAME, file:PATH or store:NAME`
      : `${option} looks like an environment variable name and is used literally; did you mean env:NAME?`,
  );
};

const hintFor = (name: string, names: readonly string[]): string => {
  const near = nearest(name, names);
  if (near !== undefined) return `did you mean store:${near}?`;
  return names.length === 0 ? shellLine(["hookproof", "secret", "set", name]) : `stored secrets: ${names.join(", ")}`;
};

const required = (name: string, value: string | undefined, hint: string): Secret => {
  if (value === undefined || value === "")
    throw new HookproofError("secret-missing", `${name} is empty or not set`, { hint });
  return new Secret(name, value);
};

const fileSecret = async (ref: string, path: string, { warn, reading }: RefSources): Promise<Secret> => {
  const bytes = await readWhole(path, {
    displayName: path,
    limit: reading?.limit ?? inputLimits.secret,
    get signal() {
      return reading?.signal;
    },
  });
  const trimmed = withoutNewline(bytes);
  if (trimmed.length === 0) throw new HookproofError("secret-missing", `${ref} is empty`);
  if (trimmed.length < bytes.length) warn(`${ref} ends in a newline, which is not treated as part of the secret`);
  return new Secret(ref, trimmed);
};

/** Removes one trailing newline, as left by editors and `echo`. */
export const withoutNewline = (bytes: Buffer): Buffer => {
  if (bytes.at(-1) !== 0x0a) return bytes;
  return bytes.subarray(0, bytes.at(-2) === 0x0d ? -2 : -1);
};

/** Whether a reference is the secret itself. */
export const isLiteral = (ref: string): boolean => !/^(?:env|file|store):/.test(ref);

/** The secrets that a project file names. */
export const projectSecrets = (
  { refs, folder }: SecretWishes["project"],
  from: RefSources,
): Promise<readonly Secret[]> => {
  if (refs.some(isLiteral))
    from.warn("the project file contains a literal secret; use env:NAME, file:PATH or store:NAME");
  return Promise.all(
    refs.map((ref) => {
      if (ref.startsWith("file:")) refuseOutside(ref, folder);
      return resolveRef(ref, "project file", { ...from, cwd: folder });
    }),
  );
};

/** A cloned repository must not choose which of the user's files is read: links out of its folder count as outside. */
export const refuseOutside = (ref: string, folder: string): void => {
  const root = real(folder);
  const path = relative(root, real(resolve(root, ref.slice("file:".length))));
  const [first] = path.split(/[\\/]/);
  if (!isAbsolute(path) && first !== ".." && first?.toLowerCase() !== ".git") return;
  throw new HookproofError("config-invalid", `${ref} is outside the project file's folder`, {
    hint: "pass it yourself with --secret file:PATH, or store it with `hookproof secret set NAME`",
  });
};

/** The real path; the path itself if nothing is there. */
const real = (path: string): string => {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
};

interface SecretWishes {
  /** `--secret`, in order. */
  readonly flags: readonly string[];
  /** The project file's references for this provider, and its folder, which its `file:` paths are relative to. */
  readonly project: { readonly refs: readonly string[]; readonly folder: string };
  /** Ids under which the store may have the provider's secret. */
  readonly providerIds: readonly string[];
}

/**
 * The secrets to use: the flag's, else `HOOKPROOF_SECRET`, else the project file's, else those the
 * store keeps under the provider's name (`10x`, `10x:old`).
 */
export const resolveSecrets = async (wishes: SecretWishes, from: RefSources): Promise<readonly Secret[]> => {
  if (wishes.flags.length > 0) {
    for (const ref of wishes.flags) warnLiteral("--secret", ref, from);
    return Promise.all(
      wishes.flags.map((ref, at) =>
        resolveRef(ref, wishes.flags.length === 1 ? "--secret" : `--secret#${at + 1}`, from),
      ),
    );
  }
  const fromEnv = from.env["HOOKPROOF_SECRET"];
  if (fromEnv !== undefined && fromEnv !== "") return [await resolveRef(fromEnv, "env:HOOKPROOF_SECRET", from)];
  if (wishes.project.refs.length > 0) return projectSecrets(wishes.project, from);
  const names = (await from.store.list()).map((one) => one.name);
  const mine = names.filter((name) => wishes.providerIds.some((id) => name === id || name.startsWith(`${id}:`)));
  return Promise.all(mine.map((name) => resolveRef(`store:${name}`, name, from)));
};
