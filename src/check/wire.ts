import { setTimeout as pause } from "node:timers/promises";
import type { ExchangeOptions } from "../http/client.ts";
import type { HeaderPair, WebhookRequest } from "../request/request.ts";

/** Unusual ways to write a delivery to the connection. */
export interface Wire {
  /** Changes the spelling of header names. */
  readonly spell?: (name: string) => string;
  readonly chunked?: boolean;
  /** Splits the body into pieces, each sent in its own packet. */
  readonly pieces?: (body: Buffer) => readonly Buffer[];
  /** Awaited after connecting, before anything is written. */
  readonly hold?: () => Promise<void>;
}

/** Long enough for the receiver to read each piece separately, locally and over a network. */
const pauseMs = 30;

/** Applies the header spelling. */
export const spelled = (request: WebhookRequest, { spell }: Wire): WebhookRequest =>
  spell === undefined
    ? request
    : { ...request, headers: request.headers.map(([name, value]): HeaderPair => [spell(name), value]) };

/** The other options, for the transport. */
export const wiring = ({ chunked, pieces, hold }: Wire, body: Buffer): Omit<ExchangeOptions, "timeoutMs"> => ({
  chunked,
  hold,
  pieces: pieces === undefined ? undefined : slowly(pieces(body)),
});

async function* slowly(pieces: readonly Buffer[]): AsyncGenerator<Buffer, void> {
  for (const [at, piece] of pieces.entries()) {
    if (at > 0) await pause(pauseMs);
    yield piece;
  }
}
