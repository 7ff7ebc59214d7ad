import type { HookproofError } from "../errors.ts";
import type { Context } from "./context.ts";
import { Exit } from "./exit.ts";
import type { ExitCode } from "./exit.ts";
import type { Input } from "./inputs.ts";
import type { Paint } from "./paint.ts";

export type Inputs = Readonly<Record<string, Input<unknown>>>;

/** The parsed value of each input, as passed to a command's `run`. */
export type Values<I extends Inputs> = { readonly [K in keyof I]: I[K] extends Input<infer T> ? T : never };

/** A view's output: text, or data for programs, which is bytes (a payload to pipe) or a line of JSON from a file. */
export type Rendered = string | Uint8Array | { readonly jsonLine: string } | undefined;

interface Described<I extends Inputs> {
  /** One line, no full stop. */
  readonly summary: string;
  /** An optional paragraph below the summary. */
  readonly details?: string;
  readonly inputs: I;
  /** Command lines that can be run unchanged, most useful first. */
  readonly examples: readonly [string, string, ...string[]];
  /** Suggests the intended command lines for words that this command doesn't take but similar tools do. */
  readonly instead?: (words: readonly string[]) => string | undefined;
  /** Why no missing option would help: asked before one is demanded. */
  readonly impossible?: (given: Readonly<Record<string, unknown>>) => HookproofError | undefined;
  /** True for commands stopped with Ctrl-C: they choose their exit code, usually 0. */
  readonly stopsOnSignal?: boolean;
  /** The exit code if the reader of the output leaves before the result; 0 for commands that only list or watch. */
  readonly unread?: ExitCode;
}

export interface CommandDefinition<I extends Inputs, D> extends Described<I> {
  run(context: Context, input: Values<I>): Promise<{ readonly data: D; readonly exit: ExitCode }>;
  /** Gets the same data that `--json` prints. */
  view(data: D, paint: Paint): Rendered;
  /** Converts data that JSON can't hold (Buffers) for `--json`. */
  json?(data: D): unknown;
}

export interface StreamDefinition<I extends Inputs, E> extends Described<I> {
  run(context: Context, input: Values<I>): AsyncGenerator<E, ExitCode>;
  /** Text of one event; undefined shows nothing. */
  view(event: E, paint: Paint): Rendered;
  /** What `--json` prints for an event; undefined prints nothing. */
  json?(event: E): unknown;
  /** Replaces `json` for an event that stands for several: one line each, printed together. */
  jsonLines?(event: E): readonly unknown[];
}

/** One item of output, as text or as JSON. */
export interface OutputItem {
  readonly json: () => unknown;
  /** For several lines; takes precedence over `json`. */
  readonly jsonLines?: () => readonly unknown[];
  readonly text: (paint: Paint) => Rendered;
}

/** A runnable command, with its data and view types hidden. */
export interface Command extends Described<Inputs> {
  readonly run: (context: Context, raw: Readonly<Record<string, unknown>>) => AsyncGenerator<OutputItem, ExitCode>;
}

/** Declares a command that returns one result. */
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

/** Declares a command that emits events: one JSON line or one view each. */
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
      // The output was closed: let the command release what it holds.
      await events.return(Exit.yes);
    }
  },
});

// The one place where parsed values get their types: `CommandLine` made them from these inputs.
const valuesOf = <I extends Inputs>(_inputs: I, raw: Readonly<Record<string, unknown>>): Values<I> =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  raw as Values<I>;
