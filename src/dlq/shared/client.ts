import { HookproofError, errnoOf } from "../../errors.ts";

/**
 * Loads an engine's client library, which users install only if they need that engine.
 * @throws HookproofError `backend-client-missing` if that package isn't installed
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
      hint: `npm i -g ${name} if hookproof is installed globally, npm i -D ${name} in a project`,
    });
  }
};

/** Removes the queue URL's passwords from a client's or server's text. */
const withoutPasswords = (text: string, passwords: readonly string[]): string =>
  passwords.reduce((masked, password) => masked.replaceAll(password, "***"), text);

/** Wraps an engine's failure as `backend-unreachable` (exit 3); a HookproofError is returned unchanged. */
export const backendError = (
  error: unknown,
  queue: { readonly name: string; readonly passwords: readonly string[] },
  hint = "nothing is lost: rerun the command when it is back",
): HookproofError => {
  if (error instanceof HookproofError) return error;
  const said = error instanceof Error && error.message !== "" ? error.message : (errnoOf(error) ?? String(error));
  return new HookproofError("backend-unreachable", `${queue.name}: ${withoutPasswords(said, queue.passwords)}`, {
    hint,
  });
};
