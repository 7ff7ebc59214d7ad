import { HookproofError } from "../errors.ts";
import { createTransport } from "../http/client.ts";
import type { TransportOptions } from "../http/client.ts";
import type { SentExchange } from "../http/types.ts";
import { isNotTls } from "../request/attempt.ts";
import type { NetworkFailure } from "../request/attempt.ts";
import { withOwnHeaders } from "../request/request.ts";
import type { HeaderPair, WebhookRequest } from "../request/request.ts";
import { isReachable } from "./target-watch.ts";
import { connectionTo, forwardedTarget, isDirect, placeOf, sentUrl } from "./target.ts";
import type { ForwardTarget } from "./target.ts";

/** The upstream's response, or why there is none. */
export interface Forwarded {
  readonly url: string;
  readonly status: number | null;
  readonly statusText: string;
  /** Headers in wire order and case. */
  readonly headers: readonly HeaderPair[];
  readonly body: Buffer;
  readonly durationMs: number;
  readonly error: { readonly code: string; readonly message: string } | null;
}

export interface ForwardOptions {
  readonly timeoutMs: number;
  /** The maximum size of the response's body, in bytes. */
  readonly maxResponse: number;
  /** How to connect to the upstream. */
  readonly connection: TransportOptions;
  /** These replace the request's headers of the same name. */
  readonly headers?: readonly HeaderPair[];
}

/** Passes requests on to one upstream. */
export interface Forwarder {
  forward(request: WebhookRequest): Promise<Forwarded>;
  close(): Promise<void>;
}

/**
 * Creates a forwarder to an upstream. Requests keep their body and all headers, including `Host`, with order, case and
 * duplicates; only connection headers are our own (RFC 9110, 7.6.1). Each request uses a separate connection.
 */
export const createForwarder = (target: ForwardTarget, options: ForwardOptions): Forwarder => {
  const { timeoutMs, maxResponse, connection, headers = [] } = options;
  const own: readonly HeaderPair[] =
    target.authorization === null ? headers : [["Authorization", target.authorization], ...headers];
  const transport = createTransport({
    ...connection,
    ...connectionTo(target),
    // One byte more than the limit, so that a larger response can be detected.
    maxBody: maxResponse + 1,
    endsAtMaxBody: true,
  });
  return {
    forward: async (request) => {
      const url = sentUrl(target, request.target);
      const outgoing = {
        ...request,
        url: target.unixSocket === null ? target.url : "http://localhost/",
        target: forwardedTarget(target, request.target),
        headers: withOwnHeaders(request.headers, own),
      };
      try {
        const response = await transport.exchange(outgoing, { timeoutMs });
        const { error } = response;
        const isOdd = error?.kind === "reset" || error?.kind === "malformed";
        if (isOdd && !target.secure && isDirect(target) && (await isReachable(target, true)))
          return unanswered(url, response.timings.totalMs, speaksTls(target));
        return response.body.length > maxResponse
          ? unanswered(url, response.timings.totalMs, tooLarge)
          : forwardedOf(url, target, response);
      } catch (error) {
        if (!(error instanceof HookproofError)) throw error;
        return unanswered(url, 0, { code: "UNSENDABLE", message: error.message });
      }
    },
    close: () => transport.close(),
  };
};

const speaksTls = (target: ForwardTarget): { readonly code: string; readonly message: string } => ({
  code: "HTTPS",
  message: `${placeOf(target)} speaks HTTPS: write https:// before it`,
});

const tooLarge = { code: "RESPONSE_TOO_LARGE", message: "its response is too large" } as const;

const forwardedOf = (url: string, target: ForwardTarget, response: SentExchange): Forwarded => {
  const { status, statusText, headers, body, timings, error } = response;
  if (error !== null) return unanswered(url, timings.totalMs, failureOf(error, target));
  return { url, status, statusText, headers, body, durationMs: timings.totalMs, error: null };
};

const unanswered = (
  url: string,
  durationMs: number,
  error: { readonly code: string; readonly message: string },
): Forwarded => ({ url, status: null, statusText: "", headers: [], body: Buffer.alloc(0), durationMs, error });

const failureOf = (
  { kind, code, message }: NetworkFailure,
  target: ForwardTarget,
): { readonly code: string; readonly message: string } => {
  const where = placeOf(target);
  const failureText: Partial<Record<NetworkFailure["kind"], string>> = {
    refused: `nothing is listening on ${where}`,
    reset: `${where} closed the connection before responding`,
    incomplete: `${where} closed the connection in the middle of its response`,
    timeout: `${where} did not respond in time`,
    malformed: message.endsWith("its head is longer than 64 KiB")
      ? `the response headers of ${where} are longer than 64 KiB`
      : `${where} sent something that is not HTTP (${message.replace(/^.*?: /, "")})`,
    tls: isNotTls(message)
      ? `${where} does not speak HTTPS: write http:// before it`
      : `${message.replace("handshake", `handshake with ${where}`)} (--cacert FILE trusts a certificate, -k any)`,
    aborted: `the run ended before ${where} responded`,
  };
  return { code: code ?? kind.toUpperCase(), message: failureText[kind] ?? message };
};
