import { catalogue, entryFor } from "../../src/cli/catalogue.ts";
import { globalOptions } from "../../src/cli/global-options.ts";

/** The words after each `hookproof` that shell text, YAML or prose calls. */
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
 * Says what is wrong with a command line, without running it.
 * @returns undefined where command, options and number of arguments are right
 */
export const complaintAbout = async (words: readonly string[]): Promise<string | undefined> => {
  const line = `hookproof ${words.join(" ")}`;
  const entry = entryFor(words);
  if (entry === undefined) {
    const plain = words.filter((word) => !word.startsWith("-"));
    const holds = catalogue.some(({ name }) => name.startsWith(`${plain[0]} `)) && plain.length === 1;
    const known = words.every((word) => globalOptions.some(({ syntax }) => namesIn(syntax).includes(word)));
    return holds || known ? undefined : `no such command: ${line}`;
  }
  const inputs = Object.values((await entry.load()).default.inputs);
  const options = [...inputs.filter(({ kind }) => kind === "option"), ...globalOptions];
  const given: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    if (!/^-./.test(word)) given.push(word);
    else {
      const [name = "", value] = word.split(/=(.*)/s);
      const option = options.find(({ syntax }) => namesIn(syntax).includes(name));
      if (option === undefined) return `no such option: ${name} in ${line}`;
      if (value === undefined && option.syntax.includes("<") && words[++at] === undefined)
        return `${name} lacks its value in ${line}`;
    }
  }
  const count = given.length - entry.name.split(" ").length;
  const args = inputs.filter(({ kind }) => kind === "argument");
  const least = args.filter(({ syntax }) => syntax.startsWith("<")).length;
  const most = args.some(({ syntax }) => syntax.includes("...")) ? Infinity : args.length;
  return count < least || count > most ? `${count} arguments, not ${least} to ${most}: ${line}` : undefined;
};

/** Every option that any command takes. */
export const everyOption = async (): Promise<readonly string[]> => {
  const commands = await Promise.all(catalogue.map(async ({ load }) => (await load()).default));
  const inputs = commands.flatMap((command) => Object.values(command.inputs));
  return [...inputs, ...globalOptions].flatMap(({ syntax }) => namesIn(syntax));
};

const namesIn = (syntax: string): readonly string[] => syntax.match(/(?<=^|\s)--?[a-zA-Z][\w-]*/g) ?? [];
