import { HookproofError } from "../errors.ts";
import type { ErrorCode } from "../errors.ts";

/** The exit codes (docs/exit-codes.md). */
export const Exit = { yes: 0, no: 1, usage: 2, unable: 3, refused: 4, interrupted: 130, terminated: 143 } as const;
export type ExitCode = (typeof Exit)[keyof typeof Exit];

/** Exhaustive: a new error code without an exit code doesn't compile. */
const exitOf: Readonly<Record<ErrorCode, ExitCode>> = {
  usage: Exit.usage,
  "unknown-provider": Exit.usage,
  "unknown-event": Exit.usage,
  "input-unreadable": Exit.usage,
  "input-malformed": Exit.usage,
  "input-too-large": Exit.usage,
  "config-invalid": Exit.usage,
  "secret-missing": Exit.usage,
  "secret-unusable": Exit.usage,
  unsupported: Exit.usage,
  "confirmation-needed": Exit.usage,
  "output-exists": Exit.usage,
  "port-taken": Exit.unable,
  "disk-full": Exit.unable,
  "no-permission": Exit.unable,
  "backend-unreachable": Exit.unable,
  "backend-client-missing": Exit.unable,
  "api-unreachable": Exit.unable,
  "api-reply-malformed": Exit.unable,
  "dlq-locked": Exit.unable,
  "redaction-failed": Exit.unable,
  io: Exit.unable,
  "api-refused": Exit.refused,
  interrupted: Exit.interrupted,
};

/** The exit code for an exception: by its code, or "could not run" for a bug. */
export const exitCodeFor = (error: unknown): ExitCode =>
  error instanceof HookproofError ? exitOf[error.code] : Exit.unable;
