import { errnoOf } from "../errors.ts";
import type { ProbeFacts } from "./probe.ts";

/** Why a step of a probe failed. */
export type StepFailure = NonNullable<ProbeFacts["dns"]["error"]>;

/** Converts an exception into a step's failure. */
export const failed = (error: unknown, code: string | undefined = errnoOf(error)): StepFailure => ({
  code: code ?? "FAILED",
  message: error instanceof Error ? error.message : String(error),
});

/** Awaits a promise. @throws an Error with code `TIMEOUT` after `timeoutMs`, or the signal's reason if it aborts */
export const within = async <T>(work: Promise<T>, timeoutMs: number, signal: AbortSignal): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  let stop: (() => void) | undefined;
  try {
    return await Promise.race([
      work,
      new Promise<never>((_, reject) => {
        timer = setTimeout(
          () => reject(Object.assign(new Error(`no response within ${timeoutMs} ms`), { code: "TIMEOUT" })),
          timeoutMs,
        );
        stop = () => reject(signal.reason instanceof Error ? signal.reason : new Error("stopped"));
        signal.addEventListener("abort", stop, { once: true });
      }),
    ]);
  } finally {
    clearTimeout(timer);
    if (stop !== undefined) signal.removeEventListener("abort", stop);
  }
};
