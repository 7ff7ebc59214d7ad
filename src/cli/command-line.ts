import { Argument, Command as Base, Option } from "commander";
import type { ErrorOptions } from "commander";
import { HookproofError } from "../errors.ts";
import type { Command } from "./command.ts";
import type { Entry } from "./commands.ts";
import type { GlobalFlags } from "./context.ts";
import { flagsOf, globalGroup, globalOptions, isGlobal, versionOption } from "./global-options.ts";
import type { Input } from "./inputs.ts";
import { oneOf } from "../values/count.ts";
import { usageError } from "./usage-error.ts";
import { version } from "./version.ts";

/** What the program provides to each command. */
export interface ParserHost {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Runs the command named on the command line. */
  readonly execute: (record: Command, values: Readonly<Record<string, unknown>>, flags: GlobalFlags) => Promise<void>;
}

/** An input and its commander object. */
export interface Declared {
  readonly key: string;
  readonly input: Input<unknown>;
  readonly as: Argument | Option;
}

/** Commands with more options list them in groups. */
const maxUngroupedOptions = 9;

/** A commander command built from a `Command`; its errors are thrown as HookproofError. */
export class CommandLine extends Base {
  declare readonly commands: readonly CommandLine[];
  declare parent: CommandLine | null;
  /** Undefined for the program itself, `help` and `version`. */
  entry: Entry | undefined;
  /** The command definition, once loaded. */
  record: Command | undefined;
  declared: readonly Declared[] = [];
  readonly #frame: ParserHost;
  #isComplete = false;

  constructor(frame: ParserHost, name: string | undefined) {
    super(name);
    this.#frame = frame;
  }

  override createCommand(name?: string): CommandLine {
    return new CommandLine(this.#frame, name);
  }

  /** Called by commander for invalid command lines. */
  override error(message: string, options?: ErrorOptions): never {
    throw usageError(this, message, options?.code);
  }

  /** For example `hookproof dlq list`. */
  get path(): string {
    return this.parent === null ? this.name() : `${this.parent.path} ${this.name()}`;
  }

  /** Loads the command definition and declares its inputs; only called for commands named on the line. */
  async complete(): Promise<void> {
    if (this.#isComplete) return;
    this.#isComplete = true;
    const record = (await this.entry?.load?.())?.default;
    if (record !== undefined) this.#declare(record);
    this.addGlobals();
  }

  addGlobals(): void {
    for (const option of globalOptions) this.addOption(option);
    this.optionsGroup(globalGroup).version(version, versionOption.flags, versionOption.summary);
  }

  /** Finds an option with a value by its name. */
  optionCalled(name: string): Declared | undefined {
    return this.declared.find(
      ({ as }) => as instanceof Option && as.required && (name === as.long || name === as.short),
    );
  }

  /** The global options, as given on this line. */
  flags(): GlobalFlags {
    return flagsOf(this.#lineage());
  }

  #lineage(): readonly CommandLine[] {
    return this.parent === null ? [this] : [this, ...this.parent.#lineage()];
  }

  #declare(record: Command): void {
    this.record = record;
    const inputs = Object.entries(record.inputs);
    const isGrouped = inputs.filter(([, { kind }]) => kind === "option").length > maxUngroupedOptions;
    const now = this.#frame.now;
    this.declared = inputs.map(([key, input]) => {
      const as = input.kind === "argument" ? argumentFor(input, now) : this.#optionFor(input, isGrouped);
      return { key, input, as };
    });
    for (const { as, input } of this.declared) {
      if (as instanceof Argument) this.addArgument(as);
      else {
        this.addOption(as);
        for (const name of input.aliases ?? []) this.addOption(new Alias(name, as));
      }
    }
    this.description(record.details ?? "");
    this.usage(usageOf(this.declared));
    this.action(() => this.#frame.execute(record, this.#values(), this.flags()));
  }

  #optionFor(input: Input<unknown>, isGrouped: boolean): Option {
    const as = new Option(input.syntax, summaryOf(input));
    if (isGrouped) as.helpGroup(`${input.group ?? "Other options"}:`);
    if (input.required === true) as.makeOptionMandatory();
    if (input.hidden === true) as.hideHelp();
    if (input.conflicts !== undefined)
      as.conflicts(input.conflicts.map((name) => new Option(`--${name}`).attributeName()));
    if (input.parse === undefined) return as;
    if (input.fallbackText !== undefined) as.default(input.fallback, input.fallbackText);
    const parse = parserOf(input, as.long ?? input.syntax, this.#frame.now);
    return as.argParser((text: string, before: unknown) => {
      // `--secret --json` is a missing value, not a secret.
      if (isGlobal(text)) this.error(`option '${input.syntax}' argument missing`);
      // Like gh: `-p=10x` is `-p 10x`. No value of a short option begins with an equals sign.
      return parse(as.short === undefined ? text : text.replace(/^=/, ""), before);
    });
  }

  #values(): Readonly<Record<string, unknown>> {
    const given: readonly unknown[] = this.processedArgs;
    const valueOf = ({ as, input }: Declared): unknown => {
      if (as instanceof Argument) return given[this.registeredArguments.indexOf(as)];
      const value: unknown = this.getOptionValue(as.attributeName());
      return input.parse === undefined ? value === !as.negate : value;
    };
    return Object.fromEntries(this.declared.map((one) => [one.key, valueOf(one) ?? one.input.fallback]));
  }
}

/** An unlisted alias of an option. */
class Alias extends Option {
  readonly #of: Option;

  constructor(name: string, of: Option) {
    super(of.flags.replace(/^.*--[\w-]+/, name));
    this.#of = of;
    this.hideHelp();
    if (of.parseArg !== undefined) this.argParser(of.parseArg);
  }

  override attributeName(): string {
    return this.#of.attributeName();
  }
}

/** An input's help text, followed by its allowed words unless the text already contains them all. */
const summaryOf = ({ summary, parse }: Input<unknown>): string => {
  const choices: readonly string[] = parse?.choices ?? [];
  const words: readonly string[] = summary.match(/[\w-]+/g) ?? [];
  return choices.every((one) => words.includes(one)) ? summary : `${summary}: ${oneOf(choices)}`;
};

const argumentFor = (input: Input<unknown>, now: ParserHost["now"]): Argument => {
  const as = new Argument(input.syntax, summaryOf(input));
  return as.argParser(parserOf(input, as.name(), now));
};

/** Wraps a value parser for commander, so that errors name the option or argument. */
const parserOf =
  ({ parse, repeatable }: Input<unknown>, name: string, now: ParserHost["now"]) =>
  (text: string, before: unknown): unknown => {
    try {
      const value = parse?.(text, { now: now() });
      if (repeatable !== true) return value;
      const values: readonly unknown[] = Array.isArray(before) ? before : [];
      return [...values, value];
    } catch (error) {
      if (!(error instanceof HookproofError) || error.message.startsWith(name)) throw error;
      const { code, message, hint } = error;
      throw new HookproofError(code, `${name}: ${message}`, hint === undefined ? {} : { hint });
    }
  };

/** For example `[url] [payload] --handle <handle> [options]`; only required options are named. */
const usageOf = (declared: readonly Declared[]): string => {
  const args = declared.filter(({ input }) => input.kind === "argument").map(({ input }) => input.syntax);
  const options = declared.filter(({ input }) => input.kind === "option");
  const required = options.filter(({ input }) => input.required === true);
  const named = required.map(({ input }) => input.syntax.replace(/^-\w, /, ""));
  return [...args, ...named, ...(options.length > required.length ? ["[options]"] : [])].join(" ");
};
