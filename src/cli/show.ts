import { HookproofError } from "../errors.ts";
import { onAbort } from "../values/abort.ts";
import type { Rendered, OutputItem } from "./command.ts";
import type { GlobalFlags } from "./context.ts";
import { Exit } from "./exit.ts";
import type { ExitCode } from "./exit.ts";
import { paintFor } from "./paint.ts";
import type { Paint, Paintable } from "./paint.ts";
import type { Output, System } from "./system.ts";
import { printableBytes, printableJson, printableJsonLine, printableText } from "./printable.ts";
import { wrapMessage } from "./wrap.ts";

/**
 * Prints a command's output as text or JSON lines and returns its exit code.
 * @param unread the exit code if the output is closed before the command is done
 */
export const showAll = async (
  items: AsyncGenerator<OutputItem, ExitCode>,
  system: System,
  flags: GlobalFlags,
  unread: ExitCode = Exit.yes,
): Promise<ExitCode> => {
  const paint = paintFor(system, system.stdout, flags);
  for (;;) {
    const next = await items.next();
    if (next.done === true) return next.value;
    if (system.stopped() === "EPIPE") {
      await items.return(unread);
      return unread;
    }
    if (flags.json) {
      const lines = next.value.jsonLines?.() ?? [next.value.json()];
      const text = lines.map((json) => (json === undefined ? "" : `${printableJson(json)}\n`)).join("");
      if (text !== "") await write(system.stdout, text, system);
      continue;
    }
    const text = rendered(next.value.text(paint), system);
    if (text.length > 0) await write(system.stdout, text, system);
  }
};

/** Prepares a view's output; text, and anything on a terminal, ends with a newline. */
const rendered = (made: Rendered, { stdout, env }: System): string | Uint8Array => {
  if (made === undefined) return "";
  if (typeof made === "string") return ended(printableText(made));
  if ("jsonLine" in made) return `${printableJsonLine(made.jsonLine, stdout, env)}\n`;
  const bytes = printableBytes(made, stdout, env);
  return typeof bytes === "string" ? ended(bytes) : bytes;
};

const ended = (text: string): string => (text === "" || text.endsWith("\n") ? text : `${text}\n`);

/** Prints an error: one line and a hint on stderr, and with `--json` an object on stdout. */
export const showError = (error: unknown, system: System, flags: GlobalFlags): void => {
  const isKnown = error instanceof HookproofError;
  const code = isKnown ? error.code : "internal";
  const message = isKnown ? error.message : `this is a bug in hookproof: ${messageOf(error)}`;
  const hint = isKnown ? (error.hint ?? null) : "rerun with --debug and report the output";
  const paint = paintFor(system, system.stderr, flags);
  const writeLine = (line: string): void => void system.stderr.write(`${printableText(line)}\n`);
  const lead = (head: "error" | "hint", text: string): void => {
    const styled = head === "error" ? paint.bad("error:") : paint.dim("hint:");
    writeLine(paint`${styled} ${messageFor(text, system.stderr, paint, head.length + 2)}`);
  };
  if (flags.json) {
    system.stdout.write(`${printableJson({ error: { code, message, hint } })}\n`);
  } else {
    lead("error", message);
    if (hint !== null) lead("hint", hint);
  }
  if (flags.debug && error instanceof Error) {
    writeLine(paint`${paint.block(stackOf(error))}`);
    if (error.cause instanceof Error) writeLine(paint`${paint.block(stackOf(error.cause))}`);
  }
};

/** A message for stderr: wrapped on a terminal, otherwise on one line. */
export const messageFor = (text: string, output: Output, paint: Paint, indent: number): Paintable =>
  output.isTTY === true ? paint.block(wrapMessage(text, paint.width, indent)) : text;

/** V8's message for invalid JSON quotes the text, which may contain secrets. */
const messageOf = (error: unknown): string =>
  error instanceof SyntaxError ? "text that cannot be parsed" : error instanceof Error ? error.message : String(error);

const stackOf = (error: Error): string => {
  const { name, message, stack = "" } = error;
  return error instanceof SyntaxError
    ? stack.replace(`${name}: ${message}`, () => `${name}: ${messageOf(error)}`)
    : stack;
};

const write = async (output: Output, text: string | Uint8Array, system: System): Promise<void> => {
  if (output.write(text)) return;
  await new Promise<void>((done) => {
    // A closed output never drains.
    const endWait = onAbort(system.signal, done);
    output.once("drain", () => {
      endWait();
      done();
    });
  });
};
