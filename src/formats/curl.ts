import { HookproofError } from "../errors.ts";
import type { WebhookRequest } from "../request/request.ts";
import { cmdWords, isForCmd } from "./cmd-words.ts";
import { curlOption, takesValue } from "./curl-options.ts";
import type { CurlOption } from "./curl-options.ts";
import { requestFor } from "./curl-request.ts";
import type { Attachment, Given } from "./curl-request.ts";
import { excerpt, malformed } from "./malformed.ts";
import { shellCommands } from "./shell-words.ts";
import type { SimpleCommand } from "./shell-words.ts";

/**
 * Reads a `curl` command as found in browsers and docs, for POSIX shells or Windows' cmd. Only headers that the command
 * itself determines are included: `Host`, `Authorization` and `Cookie` from its options, then `-H` in order, and the
 * default `Content-Type` of `-d`; not curl's own `User-Agent`, `Accept` and `Content-Length`.
 * @throws HookproofError `input-malformed`, or `usage` if a file contains several commands
 */
export const readCurl = (
  bytes: Buffer,
  name: string,
  { attachment, entry }: { readonly attachment?: Attachment; readonly entry?: number } = {},
): WebhookRequest => {
  const text = bytes
    .toString("latin1")
    .replace(/^\u00ef\u00bb\u00bf/, "")
    .replace(/^(\s*)(?:\$ |> |[A-Za-z]:\\[^>\r\n]*>|PS [^>\r\n]*> )/, "$1");
  const { words, stdin } = isForCmd(text)
    ? { words: cmdWords(text, name), stdin: undefined }
    : posixCommand(text, name, entry);
  return requestFor(collect(words.slice(1), name), name, (path) => {
    if (path === "-" && stdin !== undefined) return stdin;
    if (attachment === undefined || path === "-") {
      throw malformed(
        name,
        `the body is in a separate file, @${excerpt(path)}`,
        `pass it with --body ${excerpt(path)} and the headers with -H`,
      );
    }
    return attachment(Buffer.from(path, "latin1").toString("utf8"));
  });
};

interface Command {
  readonly words: readonly string[];
  /** What is piped into the command, in the form that `toCurl` writes. */
  readonly stdin: Buffer | undefined;
}

const isCurl = ({ words: [first = ""] }: SimpleCommand): boolean => /(?:^|\/)curl(?:\.exe)?$/i.test(first);

const posixCommand = (text: string, name: string, entry: number | undefined): Command => {
  const all = shellCommands(text, name);
  const found = all.filter(isCurl);
  if (found.length > 1 && entry === undefined) {
    throw new HookproofError("usage", `${name} contains ${found.length} curl commands`, {
      hint: `choose one with --entry 1 to ${found.length}`,
    });
  }
  const command = found[(entry ?? 1) - 1];
  if (command === undefined) {
    throw found.length === 0
      ? malformed(name, "it contains no curl command")
      : new HookproofError("usage", `${name} has no curl command ${entry ?? 1}; it has ${found.length}`);
  }
  if (command.end === "&" && command !== all.at(-1)) {
    throw malformed(name, "an & outside quotes ends the command", "put the URL in quotes");
  }
  return { words: command.words, stdin: pipedInto(all, all.indexOf(command)) };
};

/** The bytes of `printf '%s' TEXT | [base64 -d |] curl …`, the form that `toCurl` writes. */
const pipedInto = (all: readonly SimpleCommand[], at: number): Buffer | undefined => {
  const before = all[at - 1];
  if (before?.end !== "|") return undefined;
  const decodes = before.words[0] === "base64" && /^(?:-d|-D|--decode)$/.test(before.words[1] ?? "");
  const source = decodes ? all[at - 2] : before;
  if (source?.end !== "|" || source.words[0] !== "printf" || source.words[1] !== "%s" || source.words.length !== 3)
    return undefined;
  const bytes = source.words[2] ?? "";
  return decodes ? Buffer.from(bytes, "base64") : Buffer.from(bytes, "latin1");
};

/** Parses options as curl does: `-XPOST`, `-sSLd x`, `--data x`; anything else is a URL. */
const collect = (words: readonly string[], name: string): readonly Given[] => {
  const given: Given[] = [];
  const rest = words[Symbol.iterator]();
  const value = (option: string): string => {
    const next = rest.next();
    if (next.done === true) throw malformed(name, `curl's option ${option} has no value`);
    return next.value;
  };
  for (const word of rest) {
    if (!word.startsWith("-") || word === "-") {
      given.push({ option: "url", name: "--url", value: word });
    } else if (word.startsWith("--")) {
      const option = known(word, name);
      given.push({ option, name: word, value: takesValue(option) ? value(word) : "" });
    } else {
      for (let at = 1; at < word.length; at++) {
        const short = `-${word[at] ?? ""}`;
        const option = known(short, name);
        const attached = word.slice(at + 1);
        given.push({
          option,
          name: short,
          value: !takesValue(option) ? "" : attached === "" ? value(short) : attached,
        });
        if (takesValue(option)) break;
      }
    }
  }
  return given;
};

const known = (word: string, name: string): CurlOption => {
  const option = curlOption(word);
  if (option === undefined) throw malformed(name, `'${excerpt(word)}' is not a curl option hookproof knows`);
  if (option === "refused") {
    throw malformed(
      name,
      `with ${word}, curl generates the body or headers itself, so they are not in the command`,
      "capture the request instead: hookproof listen",
    );
  }
  return option;
};
