import { buildProgram, commandAt } from "../../cli/build.ts";
import type { CommandLine, Declared } from "../../cli/command-line.ts";
import type { Context } from "../../cli/context.ts";
import { optionGroups } from "../../cli/help.ts";
import type { Completion } from "../../cli/inputs.ts";
import { escapeControls } from "../../values/escape.ts";

/** One completion. */
export interface Candidate {
  readonly value: string;
  readonly about?: string;
}

/**
 * Completions for the last word of a command line.
 * @param words the words after `hookproof`; the last is under the cursor and may be empty
 * @returns completions that start with it; empty if the shell should offer files
 */
export const completionsFor = async (words: readonly string[], context: Context): Promise<readonly Candidate[]> => {
  const current = words.at(-1) ?? "";
  const before = words.slice(0, -1);
  const starting = (candidates: readonly Candidate[]): readonly Candidate[] =>
    candidates.filter(({ value }) => value.startsWith(current));
  const isHelp = before[0] === "help";
  const plain = (isHelp ? before.slice(1) : before).filter((word) => !word.startsWith("-"));
  const { command, rest } = await commandAt(buildProgram(), plain);
  // After `help`, only command names follow.
  if (isHelp) return starting(commandsBelow(command));
  const wanting = command.optionCalled(before.at(-1) ?? "");
  if (wanting !== undefined) return starting(await valuesOf(wanting, context, words));
  // In `--provider=ID` the value is part of the word.
  const [, joined = "", partial] = /^(--[\w-]+=)(.*)$/.exec(current) ?? [];
  if (partial !== undefined) {
    const values = await valuesOf(command.optionCalled(joined.slice(0, -1)), context, words);
    return starting(values.map((one) => ({ ...one, value: `${joined}${one.value}` })));
  }
  if (current.startsWith("-")) return starting(optionsOf(command));
  const places = command.declared.filter(({ input }) => input.kind === "argument");
  const here = places[rest.length] ?? places.findLast(({ input }) => input.repeatable === true);
  const values = await valuesOf(here, context, words);
  return starting([
    ...commandsBelow(command),
    ...(command.parent === null ? [{ value: "help", about: "show help, also for a command" }] : []),
    ...values.filter(({ value }) => here?.input.repeatable !== true || !plain.includes(value)),
  ]);
};

const commandsBelow = (command: CommandLine): readonly Candidate[] =>
  command.commands.flatMap((one) =>
    one.entry === undefined || one.entry.hidden === true ? [] : [{ value: one.name(), about: one.summary() }],
  );

const optionsOf = (command: CommandLine): readonly Candidate[] =>
  optionGroups(command).flatMap(({ rows }) =>
    rows.flatMap(([flags, about]) =>
      (flags.match(/(?<=^|\s)--?[a-zA-Z][\w-]*/g) ?? []).map((value) => ({ value, about })),
    ),
  );

const valuesOf = async (
  declared: Declared | undefined,
  context: Context,
  words: readonly string[],
): Promise<readonly Candidate[]> => {
  const { completes, parse } = declared?.input ?? {};
  const candidates = await candidatesFor(completes ?? parse?.choices, context, words);
  // A name may come from a project file. One with control characters would be shown as a different name, and one with a
  // leading dash would be read as an option.
  return candidates.filter(({ value }) => !value.startsWith("-") && escapeControls(value) === value);
};

const candidatesFor = async (
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
      return [
        ...(await candidatesFor("provider", context, words)),
        { value: "auto", about: "detected from the headers" },
      ];
    case "event":
      return eventTypes(await context.profiles(), before);
    case "events": {
      // Keep the text before the last comma.
      const given = /^(?:--[\w-]+=)?(.*,)?/.exec(words.at(-1) ?? "")?.[1] ?? "";
      return eventTypes(await context.profiles(), before).map((one) => ({ ...one, value: `${given}${one.value}` }));
    }
    case "secret":
      return [
        ...(await context.store.list()).map(({ name }) => ({ value: `store:${name}` })),
        ...Object.keys(context.env)
          .filter((name) => /SECRET|TOKEN|_KEY$/.test(name))
          .map((name) => ({ value: `env:${name}` })),
        // After `file:` the shell completes paths.
        ...(words.at(-1)?.endsWith("file:") === true ? [] : [{ value: "file:", about: "read it from a file" }]),
      ];
    case "secret-name":
      return (await context.store.list()).map(({ name }) => ({ value: name }));
    case "dlq-id":
      return dlqIds(context);
    default:
      return completes.map((value) => ({ value }));
  }
};

/** Event types of the provider named on the line, else of all providers. */
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
