import { setTimeout as pause } from "node:timers/promises";
import type { ExchangeOptions } from "../http/client.ts";
import type { HeaderPair, WebhookRequest } from "../request/request.ts";

/** How a delivery is written where it is not written as usual. */
export interface Wire {
  /** Spells each header's name; as given unless said. */
  readonly spell?: (name: string) => string;
  readonly chunked?: boolean;
  /** The body in the pieces in which it is written, each in a packet of its own. */
  readonly pieces?: (body: Buffer) => readonly Buffer[];
  /** Waited for once the connection stands, before anything is written. */
  readonly hold?: () => Promise<void>;
}

/** Long enough for the receiver to be handed each piece by itself, on this machine and over a network. */
const pauseMs = 30;

/** The request with its headers' names as `wire` spells them. */
export const spelled = (request: WebhookRequest, { spell }: Wire): WebhookRequest =>
  spell === undefined
    ? request
    : { ...request, headers: request.headers.map(([name, value]): HeaderPair => [spell(name), value]) };

/** The rest of `wire`, as the transport takes it. */
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
