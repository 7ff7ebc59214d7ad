import { HookproofError, errnoOf } from "../errors.ts";
import type { DlqEntry } from "./dlq.ts";

/**
 * Loads an engine's client, which is installed only by those who use that engine.
 * @throws HookproofError `backend-client-missing` where that very package is absent
 */
export const loadClient = async <T>(name: string, load: () => Promise<T>): Promise<T> => {
  try {
    return await load();
  } catch (error) {
    const missing =
      errnoOf(error) === "ERR_MODULE_NOT_FOUND" && error instanceof Error && error.message.includes(`'${name}'`);
    if (!missing) throw error;
    throw new HookproofError("backend-client-missing", `this queue needs the package ${name}, which is not installed`, {
      cause: error,
      hint: `npm i -g ${name} where hookproof is installed globally, npm i -D ${name} in a project`,
    });
  }
};

/** A text of a client's or server's without the passwords of the queue's URL. */
const withoutPasswords = (text: string, passwords: readonly string[]): string =>
  passwords.reduce((shown, password) => shown.replaceAll(password, "***"), text);

/** A failure of an engine's as `backend-unreachable` (exit 3); one of ours stays what it is. */
export const backendError = (
  error: unknown,
  queue: { readonly name: string; readonly passwords: readonly string[] },
  hint = "nothing is lost: run the same command again when it is back",
): HookproofError => {
  if (error instanceof HookproofError) return error;
  const said = error instanceof Error && error.message !== "" ? error.message : (errnoOf(error) ?? String(error));
  return new HookproofError("backend-unreachable", `${queue.name}: ${withoutPasswords(said, queue.passwords)}`, {
    hint,
  });
};

const mostProblems = 100;

/** Collects what could not be read, each once, up to a number. */
export class Problems {
  readonly #seen = new Set<string>();
  #more = 0;

  note(text: string): void {
    if (this.#seen.size < mostProblems) this.#seen.add(text);
    else if (!this.#seen.has(text)) this.#more++;
  }

  /** The entry that was read of a queue, or undefined and a note of why there is none. */
  sift(queue: string, read: DlqEntry | { readonly problem: string }): DlqEntry | undefined {
    if (!("problem" in read)) return read;
    this.note(`${queue}: ${read.problem}; it is left where it is`);
    return undefined;
  }

  get all(): readonly string[] {
    return this.#more === 0 ? [...this.#seen] : [...this.#seen, `${this.#more} more could not be read`];
  }
}
