import { HookproofError } from "../errors.ts";
import { onAbort } from "../values/abort.ts";
import { safeJson } from "../values/escape.ts";
import type { Shown } from "./command.ts";
import type { GlobalFlags } from "./context.ts";
import { Exit } from "./exit.ts";
import type { ExitCode } from "./exit.ts";
import { paintFor } from "./paint.ts";
import type { Output, System } from "./system.ts";

/** Prints what a command tells, as text or as JSON lines, and returns its exit code. */
export const showAll = async (
  shown: AsyncGenerator<Shown, ExitCode>,
  system: System,
  flags: GlobalFlags,
): Promise<ExitCode> => {
  const paint = paintFor(system, system.stdout, flags);
  for (;;) {
    const next = await shown.next();
    if (next.done === true) return next.value;
    if (system.stopped() === "EPIPE") {
      await shown.return(Exit.yes);
      return Exit.yes;
    }
    if (flags.json) {
      const lines = next.value.jsonLines?.() ?? [next.value.json()];
      const text = lines.map((json) => (json === undefined ? "" : `${safeJson(json)}\n`)).join("");
      if (text !== "") await write(system.stdout, text, system);
      continue;
    }
    const text = next.value.text(paint);
    if (text === undefined || text.length === 0) continue;
    // Bytes go out as they are; on a terminal the prompt gets a line of its own all the same.
    if (typeof text === "string") await write(system.stdout, text.endsWith("\n") ? text : `${text}\n`, system);
    else {
      await write(system.stdout, text, system);
      if (system.stdout.isTTY === true && text.at(-1) !== 0x0a) await write(system.stdout, "\n", system);
    }
  }
};

/** Tells of an error: one line and a hint on stderr, and with `--json` an object on stdout. */
export const showError = (error: unknown, system: System, flags: GlobalFlags): void => {
  const known = error instanceof HookproofError;
  const code = known ? error.code : "internal";
  const message = known
    ? error.message
    : `this is a bug in hookproof: ${error instanceof Error ? error.message : String(error)}`;
  const hint = known ? (error.hint ?? null) : "run it again with --debug and report what it shows";
  if (flags.json) {
    system.stdout.write(`${safeJson({ error: { code, message, hint } })}\n`);
  } else {
    const paint = paintFor(system, system.stderr, flags);
    system.stderr.write(paint`${paint.bad("error:")} ${message}` + "\n");
    if (hint !== null) system.stderr.write(paint`${paint.dim("hint:")} ${hint}` + "\n");
  }
  if (flags.debug && error instanceof Error) {
    const paint = paintFor(system, system.stderr, flags);
    system.stderr.write(paint`${paint.block(error.stack ?? "")}` + "\n");
    if (error.cause instanceof Error) system.stderr.write(paint`${paint.block(error.cause.stack ?? "")}` + "\n");
  }
};

const write = async (output: Output, text: string | Uint8Array, system: System): Promise<void> => {
  if (output.write(text)) return;
  await new Promise<void>((done) => {
    // A closed reader never drains.
    const endWait = onAbort(system.signal, done);
    output.once("drain", () => {
      endWait();
      done();
    });
  });
};
