import { HookproofError } from "../errors.ts";
import { pluralize } from "../values/count.ts";
import type { Profile } from "../providers/profile.ts";
import type { Context } from "./context.ts";

/** Asks on the terminal for the provider. */
export const askProfile = async (context: Context): Promise<Profile> =>
  context.choose(
    "Which platform?",
    (await context.profiles()).map((profile) => ({ value: profile, name: profile.id, about: profile.name })),
  );

/** Asks on the terminal where the secret is, and offers to store it. @returns a reference: `env:NAME`, `file:PATH`, `store:NAME` */
export const askSecretRef = async (context: Context, id: string): Promise<string> => {
  const variables = variablesFor(context.env, id);
  const kind = await context.choose<string | { readonly pasted: string }>(`Where is the signing secret for ${id}?`, [
    {
      value: "store",
      name: "paste it now",
      about: "hookproof stores it, readable only by you",
      other: (text) => ({ pasted: text }),
    },
    ...(await context.store.list()).map(({ name }) => ({
      value: `store:${name}`,
      name: `store:${name}`,
      about: "already stored",
    })),
    ...variables.map((name) => ({ value: `env:${name}`, name: `env:${name}`, about: "set in this environment" })),
    { value: "env", name: "an environment variable", about: "env:NAME", typed: like(/^env:[A-Za-z_]\w*$/) },
    { value: "file", name: "a file", about: "file:PATH", typed: like(/^file:./) },
  ]);
  if (typeof kind !== "string")
    return (await isMeant(context, id, kind.pasted)) ? keepSecret(context, id, kind.pasted) : askSecretRef(context, id);
  if (kind === "env") return `env:${await askLine(context, "Name of the environment variable:", variableName)}`;
  if (kind === "file") return `file:${await askLine(context, "Path of the file:", given)}`;
  return kind === "store" ? storeSecret(context, id) : kind;
};

/** Accepts a complete reference typed instead of picked. */
const like =
  (pattern: RegExp) =>
  (text: string): string | undefined =>
    pattern.test(text) ? text : undefined;

/** Asks for a secret without echo and stores it. @returns the reference to it */
export const storeSecret = async (context: Context, name: string): Promise<string> => {
  const value = await askLine(context, `Signing secret for ${name} (hidden):`, given, { hidden: true });
  return keepSecret(context, name, value);
};

/** Text that is shorter may be a word that was mistyped to filter the list. */
const surelyPasted = 16;

/** Whether a text that fits no place is the secret: asked where it is short, or would replace one. */
const isMeant = async (context: Context, name: string, text: string): Promise<boolean> => {
  const replaces = (await context.store.list()).some((one) => one.name === name);
  if (text.length >= surelyPasted && !replaces) return true;
  const what = `store the ${pluralize(text.length, "character")} as the signing secret for ${name}`;
  return /^y(?:es)?$/i.test(
    (await context.ask(`${what}${replaces ? `, in place of store:${name}` : ""}? [y/N]`)).trim(),
  );
};

const keepSecret = async (context: Context, name: string, value: string): Promise<string> => {
  const { fingerprint } = await context.store.set(name, Buffer.from(value, "utf8"), context.now());
  context.note(`stored as store:${name} (fingerprint ${fingerprint})`);
  return `store:${name}`;
};

interface LineOptions {
  /** Turns off echo. */
  readonly hidden?: boolean;
  /** The answer for Enter alone. */
  readonly usual?: string;
}

/** The maximum number of wrong answers: there may be nobody at the terminal. */
const maxWrong = 10;

/** Asks until `check` accepts the answer; `check` returns what is wrong with it. @throws HookproofError `usage` */
export const askLine = async (
  context: Context,
  question: string,
  check: (answer: string) => string | undefined,
  { hidden = false, usual }: LineOptions = {},
): Promise<string> => {
  const prompt = usual === undefined ? question : question.replace(/:$/, ` (Enter for ${usual}):`);
  for (let wrongAnswers = 0; wrongAnswers < maxWrong; wrongAnswers++) {
    const typed = (await context.ask(prompt, { hidden })).trim();
    const answer = typed === "" && usual !== undefined ? usual : typed;
    const wrong = check(answer);
    if (wrong === undefined) return answer;
    context.warn(wrong);
    context.signal.throwIfAborted();
  }
  throw new HookproofError("usage", `no valid answer to '${question}'`);
};

const given = (answer: string): string | undefined =>
  answer === "" ? "a value is required (Ctrl-C stops)" : undefined;

const variableName = (answer: string): string | undefined =>
  /^[A-Za-z_]\w*$/.test(answer) ? undefined : "enter just the name, such as WEBHOOK_SECRET";

/** Environment variables that look like the platform's secret. */
const variablesFor = (env: Context["env"], id: string): readonly string[] => {
  const stem = id.toUpperCase().replaceAll("-", "_");
  const likely = ["WEBHOOK_SECRET", `${stem}_WEBHOOK_SECRET`, `${stem}_SECRET`, `${stem}_SIGNING_SECRET`];
  return likely.filter((name) => (env[name] ?? "") !== "");
};
