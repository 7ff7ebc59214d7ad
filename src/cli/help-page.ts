import type { Entry } from "./catalogue.ts";
import type { Command } from "./command.ts";
import type { HelpRow } from "./global-options.ts";
import type { Input } from "./inputs.ts";

/** What there is to say of a command: the help, the man page and docs/commands.md are made of it. */
export interface HelpPage {
  readonly name: string;
  readonly summary: string;
  readonly details: string | undefined;
  readonly usage: string;
  readonly examples: readonly string[];
  readonly arguments: readonly HelpRow[];
  /** By heading, in the order of the headings below. */
  readonly options: readonly { readonly heading: string; readonly rows: readonly HelpRow[] }[];
}

/** The exit codes, as the contract has them. */
export const exitMeanings: readonly HelpRow[] = [
  { syntax: "0", about: "yes: signed, valid, delivered, every check passed, bundle complete" },
  { syntax: "1", about: "no: invalid, not delivered, a check failed, events left, bundle incomplete" },
  { syntax: "2", about: "asked wrongly: unknown flag, bad value, unreadable input, bad configuration" },
  { syntax: "3", about: "could not run: port taken, backend out of reach, disk full, no permission" },
  { syntax: "4", about: "refused: the platform's API rejected the credentials" },
  { syntax: "130, 143", about: "interrupted (listen and simulate end with 0: that is how one stops them)" },
];

/** With more options than this they stand under headings. */
const few = 9;

const words = (text: string): readonly string[] => text.split(" ");

// A heading is found by the option's long name, with the command's before it where the name means something else there.
const headings: readonly (readonly [heading: string, names: readonly string[]])[] = [
  ["Platform and secret", words("provider secret scheme signature-header signature-form tolerance at")],
  ["What is sent", words("event events set timestamp attempt method url header body chunked curl tamper duplicate")],
  ["The case", words("evidence/event handle subscription evidence/url failed-at case-id note")],
  ["Where to look", words("evidence/from receiver-log deploys probe")],
  ["The archive", words("evidence/body rules evidence/dry-run output manifest")],
  ["Which request", words("id last entry sent sent-id sent-last sent-entry body-only")],
  ["Which events", words("from endpoint type since until status reason limit keep")],
  [
    "Where and how",
    words("to retry speed count concurrency rate max-time timeout stop-at-failures signature dry-run yes"),
  ],
  ["Listening", words("port host path tls max-body listen/url listen/events")],
  ["Until when", words("listen/count listen/until listen/timeout wait")],
  ["Answering and passing on", words("respond forward-to forward-anywhere on-verified")],
  ["Keeping", words("capture fsync silent dlq alert-url")],
  ["What counts as yes", words("expect only skip effects junit baseline write-baseline")],
  ["Network", words("insecure cacert resolve unix-socket base-url token local")],
];

/** The page of a command. */
export const pageOf = ({ name, summary }: Entry, { inputs, details, examples }: Command): HelpPage => {
  const all = Object.values(inputs);
  const args = all.filter(({ kind }) => kind === "argument");
  const options = all.filter(({ kind }) => kind === "option");
  const required = options.filter((one) => one.required === true).map(({ syntax }) => syntax.replace(/^-\w, /, ""));
  const optional = options.length > required.length ? ["[options]"] : [];
  const usage = ["hookproof", name, ...args.map(({ syntax }) => syntax), ...required, ...optional];
  return {
    name,
    summary,
    details,
    usage: usage.join(" "),
    examples,
    arguments: args.map(row),
    options: grouped(name, options),
  };
};

const row = ({ syntax, summary }: Input<unknown>): HelpRow => ({ syntax, about: summary });

const grouped = (command: string, options: readonly Input<unknown>[]): HelpPage["options"] => {
  if (options.length === 0) return [];
  if (options.length <= few) return [{ heading: "Options", rows: options.map(row) }];
  const named = [...headings.map(([heading]) => heading), "Other"];
  return named.flatMap((heading) => {
    const rows = options.filter((one) => headingOf(command, one) === heading).map(row);
    return rows.length === 0 ? [] : [{ heading, rows }];
  });
};

const headingOf = (command: string, { syntax }: Input<unknown>): string => {
  const name = /--([\w-]+)/.exec(syntax)?.[1] ?? "";
  const found =
    headings.find(([, names]) => names.includes(`${command}/${name}`)) ??
    headings.find(([, names]) => names.includes(name));
  return found?.[0] ?? "Other";
};
