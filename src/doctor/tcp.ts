import { connect } from "node:net"; // Connects to each address but sends nothing.
import type { ProbeFacts } from "./probe.ts";
import { failed, within } from "./step.ts";

type TcpFacts = ProbeFacts["tcp"][number];

/** Opens a connection to one address and closes it again without sending anything. */
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
