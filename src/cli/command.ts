import type { Context } from "./context.ts";
import { Exit } from "./exit.ts";
import type { ExitCode } from "./exit.ts";
import type { Input } from "./inputs.ts";
import type { Paint } from "./paint.ts";

export type Inputs = Readonly<Record<string, Input<unknown>>>;

/** What a command's `run` is handed: each input's parsed value. */
export type Values<I extends Inputs> = { readonly [K in keyof I]: I[K] extends Input<infer T> ? T : never };

/** What a view makes of data: text, or what a program may read: bytes (a payload to pipe), a line of JSON from a file. */
export type Rendered = string | Uint8Array | { readonly jsonLine: string } | undefined;

interface Described<I extends Inputs> {
  /** One line, no full stop. */
  readonly summary: string;
  /** A paragraph under the summary, where one helps. */
  readonly details?: string;
  readonly inputs: I;
  /** Command lines that a person can run as they stand, most useful first. */
  readonly examples: readonly [string, string, ...string[]];
  /** The command lines for what was probably meant by words that this command doesn't take, as other tools do. */
  readonly instead?: (words: readonly string[]) => string | undefined;
  /** True for commands that one stops with Ctrl-C: they end with their own exit code, mostly 0. */
  readonly stopsOnSignal?: boolean;
}

export interface CommandDefinition<I extends Inputs, D> extends Described<I> {
  run(context: Context, input: Values<I>): Promise<{ readonly data: D; readonly exit: ExitCode }>;
  /** Sees only what `--json` prints. */
  view(data: D, paint: Paint): Rendered;
  /** What `--json` prints, where the data holds more than JSON can (Buffers). */
  json?(data: D): unknown;
}

export interface StreamDefinition<I extends Inputs, E> extends Described<I> {
  run(context: Context, input: Values<I>): AsyncGenerator<E, ExitCode>;
  /** Text of one event; undefined shows nothing. */
  view(event: E, paint: Paint): Rendered;
  /** What `--json` prints for an event; undefined prints nothing. */
  json?(event: E): unknown;
  /** In its place for an event that stands for many: a line for each, printed together. */
  jsonLines?(event: E): readonly unknown[];
}

/** One thing to print, in either form. */
export interface OutputItem {
  readonly json: () => unknown;
  /** Where there are several lines; goes before `json`. */
  readonly jsonLines?: () => readonly unknown[];
  readonly text: (paint: Paint) => Rendered;
}

/** A command as the shell runs it: data and view closed over each other. */
export interface Command extends Described<Inputs> {
  readonly run: (context: Context, raw: Readonly<Record<string, unknown>>) => AsyncGenerator<OutputItem, ExitCode>;
}

/** Declares a command that answers once. */
export const command = <const I extends Inputs, D>(definition: CommandDefinition<I, D>): Command => ({
  ...definition,
  async *run(context, raw) {
    const { data, exit } = await definition.run(context, valuesOf(definition.inputs, raw));
    yield {
      json: () => (definition.json === undefined ? data : definition.json(data)),
      text: (paint) => definition.view(data, paint),
    };
    return exit;
  },
});

/** Declares a command that goes on telling: one JSON line, or one view, an event. */
export const stream = <const I extends Inputs, E>(definition: StreamDefinition<I, E>): Command => ({
  ...definition,
  async *run(context, raw) {
    const events = definition.run(context, valuesOf(definition.inputs, raw));
    try {
      for (;;) {
        const next = await events.next();
        if (next.done === true) return next.value;
        const event = next.value;
        yield {
          json: () => (definition.json === undefined ? event : definition.json(event)),
          ...(definition.jsonLines === undefined ? {} : { jsonLines: () => definition.jsonLines?.(event) ?? [] }),
          text: (paint) => definition.view(event, paint),
        };
      }
    } finally {
      // Nobody reads any more: what the command holds is let go.
      await events.return(Exit.yes);
    }
  },
});

// The one place where parsed values meet their types: `CommandLine` in command-line.ts made them from these very inputs.
const valuesOf = <I extends Inputs>(_inputs: I, raw: Readonly<Record<string, unknown>>): Values<I> =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  raw as Values<I>;
