/**
 * Why hookproof can't continue. A negative result (an invalid signature, a refused connection while delivering) is a
 * value, not an error.
 */
export type ErrorCode =
  | "usage"
  | "unknown-provider"
  | "unknown-event"
  | "input-unreadable"
  | "input-malformed"
  | "input-too-large"
  | "config-invalid"
  | "secret-missing"
  | "secret-unusable"
  | "unsupported"
  | "port-taken"
  | "disk-full"
  | "no-permission"
  | "backend-unreachable"
  | "backend-client-missing"
  | "api-unreachable"
  | "api-refused"
  | "api-reply-malformed"
  | "dlq-locked"
  | "output-exists"
  | "redaction-failed"
  | "io"
  | "confirmation-needed"
  | "interrupted";

interface ErrorDetails {
  /** What the user can do next, in one line. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** The only exception hookproof throws on purpose; `src/cli/exit.ts` maps its code to an exit code. */
export class HookproofError extends Error {
  override readonly name = "HookproofError";
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? {} : { cause: details.cause });
    this.code = code;
    this.hint = details.hint;
  }
}

const isErrno = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && "code" in error && typeof error.code === "string";

/** The system's own code of a failure (`ENOENT`, `ECONNREFUSED`), or undefined. */
export const errnoOf = (error: unknown): string | undefined => (isErrno(error) ? error.code : undefined);

/**
 * Converts system errors and size limits, wherever they were thrown, into a HookproofError; anything else is a bug and
 * is returned unchanged.
 */
export const knownError = (error: unknown): unknown => {
  if (error instanceof HookproofError || !(error instanceof Error)) return error;
  const code = errnoOf(error);
  if (code === "ERR_STRING_TOO_LONG" || code === "ERR_FS_FILE_TOO_LARGE" || isTooLong.test(error.message))
    return new HookproofError("input-too-large", "the input is too large to fit in memory", {
      hint: "use a smaller part of it, or split it",
      cause: error,
    });
  if (!("syscall" in error) || typeof error.syscall !== "string") return error;
  return fileError(error, error.syscall, "path" in error && typeof error.path === "string" ? error.path : "a file");
};

const isTooLong = /^(?:Invalid string length|Array buffer allocation failed)$/;

/** Path errors that are independent of the machine's state. */
const unreachable = {
  ELOOP: "its symbolic links form a loop",
  ENAMETOOLONG: "the name is too long",
  ENXIO: "it is a socket or a missing device",
  ERR_INVALID_ARG_VALUE: "a path cannot contain a NUL byte",
} as const;

/**
 * Converts a file-system error: a missing file is a usage error (exit 2), a full disk or missing permission an
 * environment error (exit 3).
 */
export const fileError = (error: unknown, doing: string, path: string): HookproofError => {
  const code = errnoOf(error);
  switch (code) {
    case "ENOSPC":
    case "EDQUOT":
      return new HookproofError("disk-full", `cannot ${doing} ${path}: the disk is full`, {
        cause: error,
        hint: "free some space and rerun the command",
      });
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return new HookproofError("no-permission", `cannot ${doing} ${path}: no permission`, {
        cause: error,
      });
    case "ENOENT":
      return new HookproofError("input-unreadable", `cannot ${doing} ${path}: no such file or folder`, {
        cause: error,
      });
    case "EISDIR":
      return new HookproofError("input-unreadable", `cannot ${doing} ${path}: it is a folder`, {
        cause: error,
      });
    case "ENOTDIR":
      return new HookproofError(
        doing === "read" ? "input-unreadable" : "io",
        `cannot ${doing} ${path}: part of the path is a file, not a folder`,
        {
          cause: error,
        },
      );
    case "ELOOP":
    case "ENAMETOOLONG":
    case "ENXIO":
    case "ERR_INVALID_ARG_VALUE":
      return new HookproofError("input-unreadable", `cannot ${doing} ${path}: ${unreachable[code]}`, {
        cause: error,
      });
    default:
      return new HookproofError("io", `cannot ${doing} ${path}: ${code ?? String(error)}`, {
        cause: error,
      });
  }
};
