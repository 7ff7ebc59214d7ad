import type { Option } from "commander";
import { buildProgram, commandAt } from "../../src/cli/build.ts";
import { commands } from "../../src/cli/commands.ts";
import { helpOption } from "../../src/cli/global-options.ts";

/** The words of each `hookproof` call in shell text, YAML or prose, without the program's name. */
export const invocationsIn = (text: string): readonly (readonly string[])[] =>
  text
    .replaceAll(/\\\n\s*/g, " ")
    .split("\n")
    .flatMap((line) =>
      [...line.matchAll(/(?:^|[\s(`|;])hookproof(?=\s)([^\n]*)/g)].map(([, rest = ""]) => wordsOf(rest)),
    );

/** The words of a simple command: up to a pipe, a redirection, a separator, a comment or a closing bracket. */
const wordsOf = (text: string): readonly string[] => {
  const words: string[] = [];
  for (const [word, quoted] of text.matchAll(/((?:'[^']*'|"[^"]*"|\$\([^)]*\)|[^\s'"|<>;&)`#])+|#\S*)|[|<>;&)`]/g)) {
    if (quoted === undefined || (word.startsWith("#") && words.length > 0)) break;
    words.push(word.replaceAll(/^['"]|['"]$/g, ""));
  }
  return words;
};

/**
 * Checks a command line without running it.
 * @returns what is wrong with it; undefined if command, options and number of arguments are right
 */
export const complaintAbout = async (words: readonly string[]): Promise<string | undefined> => {
  const line = `hookproof ${words.join(" ")}`;
  const named = words.slice(0, 2).filter((word) => !word.startsWith("-"));
  const { command } = await commandAt(buildProgram(), named);
  const given: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    if (!/^-./.test(word)) given.push(word);
    else {
      const [name = "", value] = word.split(/=(.*)/s);
      const option = [...command.options, helpOption].find(({ short, long }) => name === short || name === long);
      if (option === undefined) return `no such option: ${name} in ${line}`;
      if (value === undefined && option.required && words[++at] === undefined)
        return `${name} lacks its value in ${line}`;
    }
  }
  const count = given.length - (command.path.split(" ").length - 1);
  const args = command.registeredArguments;
  const least = args.filter(({ required }) => required).length;
  const most = args.some(({ variadic }) => variadic) ? Infinity : args.length;
  return count < least || count > most ? `${count} arguments, not ${least} to ${most}: ${line}` : undefined;
};

/** Every option that any command takes. */
export const everyOption = async (): Promise<readonly string[]> => {
  const all = await Promise.all(commands.map(({ name }) => commandAt(buildProgram(), name.split(" "))));
  const options: readonly Option[] = [...all.flatMap(({ command }) => command.options), helpOption];
  return options.flatMap(({ short, long }) => [short ?? [], long ?? []].flat());
};
