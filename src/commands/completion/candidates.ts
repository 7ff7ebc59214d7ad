import { catalogue, groupOf, hidden } from "../../cli/catalogue.ts";
import type { Entry } from "../../cli/catalogue.ts";
import type { Context } from "../../cli/context.ts";
import { globalOptions } from "../../cli/global-options.ts";
import type { Completion, Input } from "../../cli/inputs.ts";

/** One thing the shell may offer. */
export interface Candidate {
  readonly value: string;
  readonly about?: string;
}

const globals: readonly Candidate[] = globalOptions.flatMap(({ syntax, about }) =>
  (syntax.match(/--[\w-]+/g) ?? []).map((value) => ({ value, about })),
);

/**
 * What may stand at the end of a command line.
 * @param words the words after `hookproof`, the last being the one under the cursor (may be empty)
 * @returns candidates that start with it; empty where the shell should offer files
 */
export const completionsFor = async (words: readonly string[], context: Context): Promise<readonly Candidate[]> => {
  // `help dlq list`: the words of a command, and nothing else.
  if (words[0] === "help" && words.length > 1) {
    const [, ...named] = words;
    return nextWords(named.slice(0, -1)).filter(({ value }) => value.startsWith(named.at(-1) ?? ""));
  }
  const current = words.at(-1) ?? "";
  const before = words.slice(0, -1);
  const plain = before.filter((word) => !word.startsWith("-"));
  const starting = (candidates: readonly Candidate[]): readonly Candidate[] =>
    candidates.filter(({ value }) => value.startsWith(current));
  const entry = entryOf(plain);
  if (entry === undefined) {
    const help = plain.length === 0 ? [{ value: "help", about: "show help, of a command too" }] : [];
    return starting(current.startsWith("-") ? globals : [...nextWords(plain), ...help]);
  }
  const { inputs } = (await entry.load()).default;
  const options = Object.values(inputs).filter((input) => input.kind === "option");
  const wanting = options.find((input) => takesValue(input) && namesOf(input).includes(before.at(-1) ?? ""));
  if (wanting !== undefined) return starting(await valuesOf(wanting.completes, context, words));
  // `--provider=` may have its value in the same word.
  const [, joined = "", partial] = /^(--[\w-]+=)(.*)$/.exec(current) ?? [];
  if (partial !== undefined) {
    const named = options.find((input) => takesValue(input) && namesOf(input).includes(joined.slice(0, -1)));
    const values = await valuesOf(named?.completes, context, words);
    return starting(values.map((one) => ({ ...one, value: `${joined}${one.value}` })));
  }
  if (current.startsWith("-")) {
    return starting([
      ...options.flatMap((input) => namesOf(input).map((value) => ({ value, about: input.summary }))),
      ...globals,
    ]);
  }
  const deeper = nextWords(plain);
  const positional = Object.values(inputs).filter((input) => input.kind === "argument");
  const given = plain.length - entry.name.split(" ").length;
  const here = positional[given] ?? positional.findLast((input) => input.repeatable === true);
  const values = await valuesOf(here?.completes, context, words);
  return starting([
    ...deeper,
    ...(here?.repeatable === true ? values.filter(({ value }) => !plain.includes(value)) : values),
  ]);
};

const entryOf = (plain: readonly string[]): Entry | undefined =>
  catalogue.find(({ name }) => name === plain.slice(0, 2).join(" ") && plain.length >= 2) ??
  catalogue.find(({ name }) => name === plain[0]);

/** The command words that may follow. */
const nextWords = (plain: readonly string[]): readonly Candidate[] => {
  const found = new Map<string, Candidate>();
  for (const { name, group, summary } of catalogue) {
    if (group === hidden) continue;
    const parts = name.split(" ");
    const value = parts[plain.length];
    if (value === undefined || !plain.every((word, at) => word === parts[at])) continue;
    if (!found.has(value))
      found.set(value, {
        value,
        about: parts.length === plain.length + 1 ? summary : groupOf(value).summary,
      });
  }
  return [...found.values()];
};

const namesOf = (input: Input<unknown>): readonly string[] => input.syntax.match(/(?<=^|\s)--?[a-zA-Z][\w-]*/g) ?? [];

const takesValue = (input: Input<unknown>): boolean => /[<[]/.test(input.syntax);

const valuesOf = async (
  completes: Completion | undefined,
  context: Context,
  words: readonly string[],
): Promise<readonly Candidate[]> => {
  const before = words.slice(0, -1);
  switch (completes) {
    case undefined:
      return [];
    case "provider":
      return (await context.profiles()).map(({ id, name }) => ({ value: id, about: name }));
    case "provider-or-auto":
      return [...(await valuesOf("provider", context, words)), { value: "auto", about: "told by the headers" }];
    case "event":
      return eventTypes(await context.profiles(), before);
    case "events": {
      // Those before the last comma stand already.
      const given = /^(?:--[\w-]+=)?(.*,)?/.exec(words.at(-1) ?? "")?.[1] ?? "";
      return eventTypes(await context.profiles(), before).map((one) => ({ ...one, value: `${given}${one.value}` }));
    }
    case "secret":
      return [
        ...(await context.store.list()).map(({ name }) => ({ value: `store:${name}` })),
        ...Object.keys(context.env)
          .filter((name) => /SECRET|TOKEN|_KEY$/.test(name))
          .map((name) => ({ value: `env:${name}` })),
        // Once it stands the shell goes on with files.
        ...(words.at(-1)?.endsWith("file:") === true ? [] : [{ value: "file:", about: "a file that holds it" }]),
      ];
    case "secret-name":
      return (await context.store.list()).map(({ name }) => ({ value: name }));
    case "dlq-id":
      return dlqIds(context);
    default:
      return completes.map((value) => ({ value }));
  }
};

/** The event types of the provider that the line names, else of all. */
const eventTypes = (
  profiles: Awaited<ReturnType<Context["profiles"]>>,
  before: readonly string[],
): readonly Candidate[] => {
  const named = before[Math.max(before.lastIndexOf("-p"), before.lastIndexOf("--provider")) + 1];
  const chosen = profiles.filter(
    ({ id, aliases }) => id === named || aliases?.includes(named ?? "") === true || before.includes(id),
  );
  return (chosen.length > 0 ? chosen : profiles).flatMap(({ events }) =>
    events.map(({ type, when }) => ({ value: type, about: when })),
  );
};

const dlqIds = async (context: Context): Promise<readonly Candidate[]> => {
  const { openDlq } = await import("../../dlq/open.ts");
  const dlq = await openDlq(undefined, context);
  try {
    const ids: Candidate[] = [];
    for await (const { id, eventType } of dlq.list({}, 200)) ids.push({ value: id, about: eventType ?? "" });
    return ids;
  } finally {
    await dlq.close();
  }
};
