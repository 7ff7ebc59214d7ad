import { connect } from "node:net";
import { failed, within } from "./step.ts";
import type { StepFailure } from "./step.ts";

export interface TcpFacts {
  readonly address: string;
  readonly port: number;
  /** Milliseconds until the connection stood; null where it did not. */
  readonly ms: number | null;
  readonly error: StepFailure | null;
}

/** Opens a connection to one address and closes it again; nothing is sent. */
export const probeTcp = async (
  address: string,
  port: number,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<TcpFacts> => {
  const start = performance.now();
  const socket = connect({ host: address, port });
  try {
    await within(
      new Promise<void>((resolve, reject) => {
        socket.once("connect", resolve);
        socket.once("error", reject);
      }),
      timeoutMs,
      signal,
    );
    return { address, port, ms: performance.now() - start, error: null };
  } catch (error) {
    return { address, port, ms: null, error: failed(error) };
  } finally {
    socket.on("error", () => undefined);
    socket.destroy();
  }
};
