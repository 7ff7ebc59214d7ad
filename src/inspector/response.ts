import type { ServerResponse } from "node:http";
import { HookproofError } from "../errors.ts";
import type { ErrorCode } from "../errors.ts";
import { withoutPasswords } from "../values/masked-url.ts";

/** A response of the inspector. */
export interface ApiResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

/** Content Security Policy: only the page's own files, and no framing by other pages. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Sent with every response. */
export const safeHeaders: Readonly<Record<string, string>> = {
  "content-security-policy": policy,
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "cache-control": "no-store",
};

export const sendResponse = (response: ServerResponse, { status, headers, body }: ApiResponse): void => {
  const length = status === 204 ? {} : { "content-length": body?.length ?? 0 };
  response.writeHead(status, { ...safeHeaders, ...headers, ...length });
  response.end(response.req.method === "HEAD" ? undefined : body);
};

export const jsonResponse = (value: unknown, status = 200): ApiResponse => ({
  status,
  headers: { "content-type": "application/json; charset=utf-8" },
  body: Buffer.from(JSON.stringify(value)),
});

/** An error response for a refused request. */
export const refusal = (status: number, code: string, message: string, hint: string | null = null): ApiResponse =>
  jsonResponse({ code, message, hint }, status);

const statuses: Partial<Record<ErrorCode, number>> = {
  usage: 400,
  "input-malformed": 400,
  "input-unreadable": 404,
  "input-too-large": 413,
  "unknown-provider": 422,
  "secret-missing": 422,
  unsupported: 422,
  "confirmation-needed": 422,
  "output-exists": 409,
  "dlq-locked": 409,
  "backend-unreachable": 502,
};

/** The response for an error; passwords in its message are masked. */
export const failureResponse = (error: unknown): ApiResponse => {
  if (!(error instanceof HookproofError)) return refusal(500, "internal", "internal error in the inspector");
  const message = withoutPasswords(error.message).replace(/^--forward-to:? /, "");
  return refusal(statuses[error.code] ?? 500, error.code, message, error.hint ?? null);
};
