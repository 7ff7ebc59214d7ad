import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { answer, startReceiver } from "./receivers/receiver.ts";
import type { Behaviour } from "./receivers/receiver.ts";
import { schemeOf } from "./receivers/schemes.ts";
import { checkUrl, failedIds } from "./support.ts";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

/** A receiver that counts the requests it is sent. */
const counting = async (scheme: ReturnType<typeof schemeOf>, wrong: Partial<Behaviour> = {}) => {
  let requests = 0;
  const receiver = await startReceiver(scheme, {
    ...wrong,
    before: async (request, response) => {
      requests++;
      return (await wrong.before?.(request, response)) === true;
    },
  });
  closing.push(receiver.close);
  return { url: receiver.url, requests: () => requests };
};

const scheme = schemeOf("10x");

describe("how the battery treats a receiver", () => {
  test("one that is always busy is asked twice at first, and then taken at its word", async () => {
    const { url, requests } = await counting(scheme, {
      before: (_request, response) => {
        answer(503)(response);
        return true;
      },
    });
    expect(failedIds(await checkUrl(url, scheme, { only: ["accepts-duplicate"] }))).toEqual(["accepts-valid"]);
    // And once with another secret, to see whether that makes a difference.
    expect(requests()).toBe(2 + 1);
  });

  test("one that hangs on a forgery is not made to hang on all of them", async () => {
    const { url, requests } = await counting(scheme, { reject: () => undefined });
    const only = ["rejects-truncated-signature"] as const;
    expect(failedIds(await checkUrl(url, scheme, { timeLimitMs: 300, only }))).toEqual(only);
    // Besides one valid delivery at first, and one or two to see that those still get a response.
    expect(requests()).toBeLessThan(5);
  });

  test("a burst is 50 deliveries at once, and no warning of Node's", async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error): unknown => warnings.push(warning);
    process.on("warning", onWarning);
    const { url, requests } = await counting(scheme);
    expect(failedIds(await checkUrl(url, scheme, { only: ["survives-burst"] }))).toEqual([]);
    process.off("warning", onWarning);
    expect(requests()).toBe(51);
    expect(warnings).toEqual([]);
  });

  test("a delivery of a burst goes out whole: a full listener's SYN cookie fits no second one", async () => {
    const pieces: number[] = [];
    const server = createServer((socket) => {
      let seen = 0;
      socket.on("error", () => undefined);
      socket.on("data", () => {
        pieces.push(++seen);
        if (seen === 1) socket.end("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    closing.push(() => new Promise((resolve) => server.close(resolve)));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    await checkUrl(url, scheme, { only: ["survives-burst"] });
    // The first is the run's own control delivery.
    expect(pieces.slice(-50)).toEqual(Array.from({ length: 50 }, () => 1));
  });
});

describe("a run that is stopped", () => {
  test.each([
    ["one case after the other", 0],
    ["several cases at once", 120],
  ])("has what had not ended as interrupted, and nothing as failed: %s", async (_name, delayMs) => {
    const stopping = new AbortController();
    let seen = 0;
    const { url } = await counting(scheme, {
      before: async () => {
        if (++seen === 30) stopping.abort();
        if (seen < 30) await new Promise((resolve) => setTimeout(resolve, delayMs));
        return seen >= 30;
      },
    });
    const report = await checkUrl(url, scheme, { signal: stopping.signal });
    expect(failedIds(report)).toEqual([]);
    expect(report.interrupted).toBeGreaterThan(5);
    expect(report.passed).toBeGreaterThan(0);
    expect(report.passed + report.skipped + report.interrupted).toBe(report.cases.length);
  });

  test("while it looks for the reason of a refusal has no failure either", async () => {
    const stopping = new AbortController();
    const { url } = await counting(scheme, {
      before: (request, response) => {
        if (request.headers["x-arjun-signature"] !== undefined && stopping.signal.aborted) return true;
        stopping.abort();
        answer(401)(response);
        return true;
      },
    });
    const report = await checkUrl(url, scheme, { signal: stopping.signal });
    expect(failedIds(report)).toEqual([]);
    expect(report.interrupted).toBeGreaterThan(10);
  });
});

describe("refuses-plain-http with -H 'X-Forwarded-Proto: https'", () => {
  const extra = [["x-forwarded-proto", "https"]] as const;
  const only = ["refuses-plain-http"] as const;

  test("fails where the receiver takes http like https, and passes where it does not", async () => {
    const blind = await counting(scheme);
    expect(failedIds(await checkUrl(blind.url, scheme, { extra, only }))).toEqual(only);
    const seeing = await counting(scheme, {
      before: (request, response) => {
        if (request.headers["x-forwarded-proto"] === "https") return false;
        answer(403)(response);
        return true;
      },
    });
    expect((await checkUrl(seeing.url, scheme, { extra, only })).passed).toBe(1);
  });
});
