import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface Receiver {
  readonly url: string;
  /** How often each event came, by the body's `id`. */
  readonly seen: ReadonlyMap<string, number>;
  readonly requests: readonly { readonly headers: readonly string[]; readonly body: string; readonly at: number }[];
  /** Events being answered right now. */
  readonly open: () => number;
  /** Resolves when all connections have ended: whatever was sent on them is counted. */
  drained(): Promise<void>;
  close(): Promise<void>;
}

/** A receiver that counts, and answers as told after as long as told. */
export const receiver = async (
  answer: (id: string, nth: number) => number = () => 204,
  delayMs: () => number = () => 0,
): Promise<Receiver> => {
  const seen = new Map<string, number>();
  const requests: { headers: string[]; body: string; at: number }[] = [];
  let open = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    open++;
    response.on("close", () => open--);
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString("utf8");
      const id = String(JSON.parse(body).id);
      seen.set(id, (seen.get(id) ?? 0) + 1);
      requests.push({ headers: request.rawHeaders, body, at: performance.now() });
      const wait = delayMs();
      const respond = (): unknown => response.writeHead(answer(id, seen.get(id) ?? 0)).end();
      if (wait === 0) respond();
      else setTimeout(respond, wait);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hooks`,
    seen,
    requests,
    open: () => open,
    drained: async () => {
      for (let quiet = 0; quiet < 3;) {
        await new Promise((resolve) => setImmediate(resolve));
        const connections = await new Promise((resolve) => server.getConnections((_, count) => resolve(count)));
        quiet = connections === 0 ? quiet + 1 : 0;
      }
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
