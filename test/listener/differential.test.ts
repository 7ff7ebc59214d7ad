import { createServer } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { decodeBytes } from "../../src/request/request.ts";
import { pairsOf } from "../../src/http/read-request.ts";
import { randomFrom, sendHostile, sendingOf } from "./hostile.ts";
import { startListening } from "./support.ts";

/** A request as one of the two servers understood it. */
interface Understood {
  readonly method: string;
  readonly target: string;
  readonly version: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

/** A bare node:http server; what it sees is the standard, but for the size of heads, which it is given ours. */
const bareServer = async () => {
  const seen: Understood[] = [];
  const server = createServer({ maxHeaderSize: 64 * 1024, requireHostHeader: false }, (req, res) => {
    const pieces: Buffer[] = [];
    req.on("data", (piece: Buffer) => pieces.push(piece));
    req.on("error", () => undefined);
    req.on("end", () => {
      seen.push({
        method: req.method ?? "",
        target: req.url ?? "",
        version: req.httpVersion,
        headers: pairsOf(req.rawHeaders),
        body: Buffer.concat(pieces).toString("latin1"),
      });
      res.writeHead(200, { "Content-Length": 0 }).end();
    });
  });
  server.maxHeadersCount = 0;
  Object.assign(server, { httpAllowHalfOpen: true });
  server.on("checkExpectation", (req, res) => server.emit("request", req, res));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return { port: typeof address === "object" && address !== null ? address.port : 0, seen };
};

/** What `listen` refuses although node lets it through: RFC 9112, 3.2 on Host, and versions it does not speak. */
const isRefusedByUs = ({ version, headers }: Understood): boolean =>
  version !== "1.0" && (version !== "1.1" || headers.filter(([name]) => name.toLowerCase() === "host").length !== 1);

const statusesOf = (text: string): readonly string[] => text.match(/^HTTP\/1\.1 [2-5]\d\d/gm) ?? [];

const refusals = (statuses: readonly string[]): readonly string[] => statuses.filter((line) => !line.endsWith("200"));

const seeds = [1, 2, 3, 4];
test.each(seeds)("listen understands the same bytes as a bare node:http server does (seed %d)", async (seed) => {
  const random = randomFrom(seed);
  const listening = await startListening({ inspect: { auto: true, candidates: [], secure: false } });
  const bare = await bareServer();
  let taken = 0;
  for (let at = 0; at < 60; at++) {
    // Other endings are a race between the two sides: what had been read by then is chance.
    const sending = { ...sendingOf(random), ending: "end" } as const;
    const before = { ours: listening.lines.length, bare: bare.seen.length };
    const [ourText, bareText] = [await sendHostile(listening.port, sending), await sendHostile(bare.port, sending)];
    const ours = listening.lines.slice(before.ours).flatMap((line): Understood[] => {
      const { type, method, target, httpVersion: version, headers, body } = JSON.parse(line);
      if (type !== "request") return [];
      return [{ method, target, version, headers, body: decodeBytes(body).toString("latin1") }];
    });
    const theirs = bare.seen.slice(before.bare);
    const refusedAt = theirs.findIndex(isRefusedByUs);
    const expected = refusedAt < 0 ? theirs : theirs.slice(0, refusedAt);
    expect(ours, `connection ${at} of seed ${seed}`).toEqual(expected);
    const [said, theySaid] = [statusesOf(ourText), statusesOf(bareText)];
    // Both refuse the same in the same way; a bare server's refusal may overtake the responses that are due before it.
    if (theirs.length === 0) expect(refusals(said), `connection ${at} of seed ${seed}`).toEqual(refusals(theySaid));
    expect(
      said.filter((line) => line.endsWith("200")),
      `connection ${at} of seed ${seed}`,
    ).toHaveLength(ours.length);
    taken += ours.length;
  }
  expect(taken).toBeGreaterThan(30);
  await listening.stop();
});
