import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { TestContext } from "vitest";
import { startReceiver } from "./receivers/receiver.ts";
import type { Behaviour } from "./receivers/receiver.ts";
import { schemeOf } from "./receivers/schemes.ts";
import { adviceIds, checkUrl, failures } from "./support.ts";

const scheme = schemeOf("10x");

/** Long enough to be noticed on a busy machine. */
const restartMs = 1000;

type Crash = (after?: number) => void;

/**
 * A front for a receiver that may go down: connections are cut, nothing listens, and after `downMs` it is up again.
 * Without `downMs` it stays down.
 */
const startCrashing = async (
  { onTestFinished }: TestContext,
  wrong: (crash: Crash) => Partial<Behaviour>,
  downMs?: number,
): Promise<{ readonly url: string; readonly crashes: () => number }> => {
  let [crashes, isDown] = [0, false];
  let handle: (request: IncomingMessage, response: ServerResponse) => void = () => undefined;
  const server = createServer((request, response) => handle(request, response));
  const listen = async (port: number): Promise<void> => {
    await once(server.listen(port, "127.0.0.1"), "listening");
  };
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const down = (): void => {
    if (isDown) return;
    isDown = true;
    crashes++;
    server.close();
    server.closeAllConnections();
    if (downMs === undefined) return;
    setTimeout(() => void listen(port).then(() => (isDown = false)), downMs);
  };
  const crash: Crash = (after) => {
    if (after === undefined) down();
    else setTimeout(down, after);
  };
  const inner = await startReceiver(scheme, wrong(crash));
  handle = (request, response) => inner.handle(request, response);
  onTestFinished(async () => {
    downMs = undefined;
    server.closeAllConnections();
    server.close();
    await inner.close();
  });
  return { url: `http://127.0.0.1:${port}/hooks`, crashes: () => crashes };
};

const skips = (report: Awaited<ReturnType<typeof checkUrl>>): readonly string[] =>
  report.cases.flatMap(({ status, observed }) => (status === "skip" && observed.includes("down") ? [observed] : []));

describe("a receiver that goes down", () => {
  test.concurrent("on one delivery is one failure, and the rest is judged once it is up again", async (context) => {
    const { url, crashes } = await startCrashing(
      context,
      (crash) => ({
        equal: (given, expected) => {
          if (given.length !== expected.length) crash();
          return given === expected;
        },
      }),
      restartMs,
    );
    const report = await checkUrl(url, scheme);
    const [failure = "", ...others] = failures(report);
    expect(failure).toMatch(/^rejects-truncated-signature: the receiver went down even when only this was sent/);
    expect(others).toEqual([]);
    expect(crashes()).toBeLessThan(6);
    expect(report.passed).toBeGreaterThan(15);
  });

  test.concurrent("after it has responded is found by running what came before again", async (context) => {
    const { url } = await startCrashing(
      context,
      (crash) => ({
        onMalformed: (response) => {
          response.writeHead(200).end();
          crash(20);
        },
      }),
      restartMs,
    );
    const report = await checkUrl(url, scheme);
    // It verifies first and comes back: that is advice.
    expect([failures(report), adviceIds(report)]).toEqual([[], ["rejects-malformed-json"]]);
    const malformed = report.cases.find(({ id }) => id === "rejects-malformed-json");
    expect(malformed?.observed).toBe("the receiver went down even when only this was sent; it came back");
    expect(malformed?.fix).toContain("only someone with the secret can bring it down");
    expect(report.passed).toBeGreaterThan(15);
  });

  test.concurrent("on signed malformed JSON, and accepts forgeries or was not shown to reject them, is a failure", async (context) => {
    const wrong = (crash: Crash): Partial<Behaviour> => ({ equal: () => true, onMalformed: () => crash() });
    const { url } = await startCrashing(context, wrong, restartMs);
    const failed = failures(await checkUrl(url, scheme));
    expect(failed).toContainEqual(expect.stringMatching(/^rejects-malformed-json: the receiver went down even/));
    const only = ["rejects-malformed-json"] as const;
    const alone = await startCrashing(context, (crash) => ({ onMalformed: () => crash() }), restartMs);
    expect(failures(await checkUrl(alone.url, scheme, { only }))).toHaveLength(1);
  });

  test.concurrent("on every forgery is one failure", async (context) => {
    const { url } = await startCrashing(context, (crash) => ({ reject: () => crash() }), restartMs);
    const report = await checkUrl(url, scheme);
    expect(failures(report)).toEqual([expect.stringMatching(/^rejects-wrong-secret: the receiver went down/)]);
    expect(report.cases.find(({ id }) => id === "rejects-tampered-body")?.observed).toContain(
      "takes the receiver down",
    );
  });

  test.concurrent("on every valid delivery is one failure of accepts-valid", async (context) => {
    const onEvent = (crash: Crash) => (response: ServerResponse) => {
      response.writeHead(200).end();
      crash(10);
    };
    const { url } = await startCrashing(context, (crash) => ({ onEvent: onEvent(crash) }), restartMs);
    const report = await checkUrl(url, scheme);
    expect(failures(report)).toEqual([expect.stringMatching(/^accepts-valid: the receiver went down/)]);
  });

  test.concurrent("and stays down is one failure, and the rest is skipped with that reason", async (context) => {
    const { url } = await startCrashing(context, (crash) => ({ onUnknownType: () => crash() }));
    const report = await checkUrl(url, scheme, { restartMs: 300 });
    // On a busy machine cases run beside each other: then it may have been one of several.
    const [failure = "", ...others] = failures(report);
    expect(failure).toMatch(
      /^accepts-unknown-event: no response, and valid deliveries after it get none|while these cases ran: .*unknown-event/,
    );
    expect(others).toEqual([]);
    expect(new Set(skips(report)).size).toBe(1);
  });

  test.concurrent("while it is slow, and cases run beside each other, is one failure too", async (context) => {
    const slow: Behaviour["before"] = async () => {
      await new Promise((resolve) => setTimeout(resolve, 120));
      return false;
    };
    const back = await startCrashing(context, (crash) => ({ before: slow, onUnknownType: () => crash() }), restartMs);
    const skip = ["survives-burst", "answers-in-time"] as const;
    const report = await checkUrl(back.url, scheme, { skip });
    expect(failures(report)).toEqual([expect.stringMatching(/^accepts-unknown-event: the receiver went down/)]);
    const gone = await startCrashing(context, (crash) => ({ before: slow, onUnknownType: () => crash() }));
    const left = await checkUrl(gone.url, scheme, { skip, restartMs: 300 });
    expect(failures(left)).toEqual([
      expect.stringMatching(/the receiver went down while these cases ran: .*accepts-unknown-event/),
    ]);
  });

  test.concurrent("on malformed JSON, slow as it is, is one failure with that name", async (context) => {
    const before: Behaviour["before"] = async () => {
      await new Promise((resolve) => setTimeout(resolve, 120));
      return false;
    };
    const { url } = await startCrashing(context, (crash) => ({ before, onMalformed: () => crash() }));
    const skip = ["survives-burst", "answers-in-time"] as const;
    const report = await checkUrl(url, scheme, { skip, restartMs: 300 });
    expect(failures(report)).toEqual([
      expect.stringMatching(/^rejects-malformed-json: no response, and valid deliveries after it get none either/),
    ]);
  });

  test.concurrent("once, and never again, is no failure of a case that had nothing to do with it", async (context) => {
    let isFirst = true;
    const { url } = await startCrashing(
      context,
      (crash) => ({
        onMethod: (response) => {
          response.writeHead(405).end();
          if (isFirst) crash();
          isFirst = false;
        },
      }),
      restartMs,
    );
    expect(failures(await checkUrl(url, scheme))).toEqual([]);
  });

  test.concurrent("for as long as it hangs is one failure", async (context) => {
    let isHung = false;
    const receiver = await startReceiver(scheme, {
      before: () => isHung,
      onMalformed: () => {
        isHung = true;
      },
    });
    context.onTestFinished(receiver.close);
    const report = await checkUrl(receiver.url, scheme, { timeLimitMs: 2000, restartMs: 100 });
    expect(failures(report)).toEqual([
      expect.stringMatching(/^rejects-malformed-json: no response, and valid deliveries after it get none either/),
    ]);
  });

  test.concurrent("and is waited for, when the run is stopped, has failed in nothing", async (context) => {
    const stopping = new AbortController();
    const { url } = await startCrashing(context, (crash) => ({
      onMalformed: () => {
        crash();
        setTimeout(() => stopping.abort(), 200);
      },
    }));
    const report = await checkUrl(url, scheme, { signal: stopping.signal, restartMs: 60_000 });
    expect(failures(report)).toEqual([]);
    expect(report.interrupted).toBeGreaterThan(0);
  });

  test.concurrent("as a process does that an exception ends", async (context) => {
    const script = fileURLToPath(new URL("receivers/uncaught.mjs", import.meta.url));
    const child = spawn(process.execPath, [script, scheme.secret], { stdio: ["ignore", "pipe", "ignore"] });
    context.onTestFinished(() => void child.kill());
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    const report = await checkUrl(`http://127.0.0.1:${line.toString().trim()}/hooks`, scheme, { restartMs: 300 });
    expect(failures(report)).toEqual([expect.stringMatching(/rejects-malformed-json/)]);
    expect(child.exitCode).toBe(1);
  });
});
