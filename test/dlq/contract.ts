import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "vitest";
import type { Attempt } from "../../src/request/attempt.ts";
import type { Dlq, DlqEntry, DlqFilter, DlqSummary } from "../../src/dlq/dlq.ts";
import { named } from "../support/skipped.ts";

/** One queue of an engine, made for one test. */
export interface Queue {
  /** Opens it as another process would; every one that was opened is closed by the suite. */
  open(): Promise<Dlq>;
  /** A reader that claims so many and dies without a word. @returns the entries' ids */
  claimAndDie(max: number): Promise<readonly string[]>;
  /** Makes what dead readers held free: waits for the engine's own time, or nothing where that is at once. */
  expire(): Promise<void>;
  /** Event ids in the archive. */
  archived(): Promise<readonly (string | null)[]>;
  remove(): Promise<void>;
}

/** The event ids of an archive: a line an entry. */
export const eventIdsIn = (file: string): readonly (string | null)[] =>
  readFileSync(file, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line).eventId);

/** The event ids that engines without an archive of their own discarded into a user's data folder. */
export const discardedIn = (data: string): readonly (string | null)[] => {
  const folder = join(data, "discarded");
  return existsSync(folder) ? readdirSync(folder).flatMap((file) => eventIdsIn(join(folder, file))) : [];
};

export interface Engine {
  readonly name: string;
  /** Why it cannot run here; null where it can. */
  readonly skip: string | null;
  readonly make: () => Promise<Queue>;
  /** What the engine keeps of an entry besides bytes, headers and event facts. */
  readonly keeps: {
    /** Attempts and reason as they were. */
    readonly attempts: boolean;
    /** The order in which entries were added. */
    readonly order: boolean;
    /** An entry's id stays the same when it is given back. */
    readonly ids: boolean;
    /** Claimed entries are listed too. */
    readonly listsClaimed: boolean;
    /** False where the whole queue is counted without a look into it: no types, times and statuses. */
    readonly details?: boolean;
  };
}

const failure = (number: number, status: number | null = 503): Attempt => ({
  number,
  startedAt: "2026-06-19T12:00:00.000Z",
  durationMs: 12.5,
  timings: { dnsMs: null, connectMs: 0.5, tlsMs: null, firstByteMs: 11, totalMs: 12.5 },
  status,
  outcome: "terminal",
  reason: `${status ?? "no response"} is not retried`,
  nextDelayMs: null,
  error: status === null ? { kind: "refused", code: "ECONNREFUSED", message: "connection refused" } : null,
});

const success = (number: number): Attempt => ({
  ...failure(number, 204),
  outcome: "delivered",
  reason: "204 is a success",
});

/** An entry with bytes that no text survives, headers twice and in odd case. */
export const sampleEntry = (at: number, change: Partial<DlqEntry> = {}): Omit<DlqEntry, "id"> => ({
  eventId: `evt_${at}`,
  eventType: at % 2 === 0 ? "link.clicked" : "webhook.test",
  provider: "10x",
  url: "https://receiver.test/hooks?x=1",
  failedAt: Date.UTC(2026, 5, 19, 12, 0, at),
  reason: "503 is not retried",
  request: {
    method: "POST",
    target: "/hooks?x=1",
    url: "https://receiver.test/hooks?x=1",
    httpVersion: "1.1",
    headers: [
      ["Content-Type", "application/json"],
      ["X-oDD-Case", "\xe9"],
      ["x-odd-case", "again"],
    ],
    body: Buffer.from(
      `{"id":"evt_${at}","type":"${at % 2 === 0 ? "link.clicked" : "webhook.test"}","n":1.0,"u":"\\/"}`,
    ),
  },
  attempts: [failure(1)],
  ...change,
});

const all = async (listed: AsyncGenerator<DlqSummary>): Promise<readonly DlqSummary[]> => {
  const found: DlqSummary[] = [];
  for await (const one of listed) found.push(one);
  return found;
};

const events = (found: readonly { readonly eventId: string | null }[]): readonly (string | null)[] =>
  found.map(({ eventId }) => eventId).toSorted((a, b) => String(a).localeCompare(String(b)));

/** The suite that every engine passes. */
export const dlqContract = (engine: Engine): void => {
  const within = (work: (queue: Queue, open: () => Promise<Dlq>) => Promise<void>) => async (): Promise<void> => {
    const queue = await engine.make();
    const opened: Dlq[] = [];
    try {
      await work(queue, async () => {
        const dlq = await queue.open();
        opened.push(dlq);
        return dlq;
      });
    } finally {
      for (const dlq of opened) await dlq.close();
      await queue.remove();
    }
  };
  const filled = async (dlq: Dlq, count: number): Promise<void> => {
    for (let at = 0; at < count; at++) await dlq.add(sampleEntry(at));
  };

  describe.skipIf(engine.skip !== null)(named(`the DLQ contract on ${engine.name}`, engine.skip), () => {
    test("an entry comes back with the very bytes, headers and attempts", async ({ expect }) => {
      await within(async (_, open) => {
        const dlq = await open();
        const binary = Buffer.from([0x00, 0xff, 0x0a, 0x0d, 0x7b, 0xe2, 0x80, 0xa8]);
        const texts = [binary, Buffer.alloc(0), Buffer.from('\ufeff{"a":1.0}\n'), Buffer.from('{"a":"\u2028"}')];
        for (const [at, body] of texts.entries()) {
          const entry = sampleEntry(at);
          const id = await dlq.add({ ...entry, request: { ...entry.request, body } });
          const found = await (await open()).get(id);
          expect(found?.request.body.equals(body)).toBe(true);
          expect(found?.request.headers).toEqual(entry.request.headers);
          expect(found).toMatchObject({
            id,
            eventId: entry.eventId,
            eventType: entry.eventType,
            provider: "10x",
            failedAt: entry.failedAt,
          });
          if (engine.keeps.attempts)
            expect(found).toMatchObject({ attempts: entry.attempts, reason: entry.reason, url: entry.url });
        }
        expect(await dlq.get("no-such-entry")).toBeUndefined();
      })();
    });

    test("lists what was added, with a limit", async ({ expect }) => {
      await within(async (_, open) => {
        const dlq = await open();
        await filled(dlq, 5);
        const found = await all((await open()).list({}));
        expect(events(found)).toEqual(["evt_0", "evt_1", "evt_2", "evt_3", "evt_4"]);
        if (engine.keeps.order) expect(found[0]).toMatchObject({ eventId: "evt_0", attempts: 1, status: 503 });
        expect(await all(dlq.list({}, 2))).toHaveLength(2);
      })();
    });

    test.each<[string, DlqFilter, readonly number[]]>([
      ["type", { type: "webhook.test" }, [1, 3]],
      ["provider", { provider: "10x" }, [0, 1, 2, 3]],
      ["another provider", { provider: "apex" }, []],
      ["status", { status: { from: 503, to: 503 } }, [0, 1, 2, 3]],
      ["a range of statuses", { status: { from: 500, to: 503 } }, [0, 1, 2, 3]],
      ["another status", { status: { from: 500, to: 500 } }, []],
      ["a part of the reason, any case", { reason: "NOT retried" }, [0, 1, 2, 3]],
      ["since, the moment included", { since: Date.UTC(2026, 5, 19, 12, 0, 2) }, [2, 3]],
      ["until, the moment included", { until: Date.UTC(2026, 5, 19, 12, 0, 1) }, [0, 1]],
      ["several at once", { type: "link.clicked", since: Date.UTC(2026, 5, 19, 12, 0, 1) }, [2]],
      ["event ids", { ids: ["evt_1", "evt_3", "evt_9"] }, [1, 3]],
    ])("list, stats and claim filter by %s", async (_name, filter, wanted) => {
      const { expect } = await import("vitest");
      await within(async (_, open) => {
        const dlq = await open();
        await filled(dlq, 4);
        const names = wanted.map((at) => `evt_${at}`);
        expect(events(await all(dlq.list(filter)))).toEqual(names);
        expect((await dlq.stats(filter)).total).toBe(names.length);
        const claims = await dlq.claim(filter, 10);
        expect(events(claims.map(({ entry }) => entry))).toEqual(names);
      })();
    });

    test("counts by type, status and provider", async ({ expect }) => {
      await within(async (_, open) => {
        const dlq = await open();
        await filled(dlq, 3);
        await dlq.add(sampleEntry(3, { eventType: null, provider: "apex", attempts: [failure(1, null)] }));
        await dlq.add(sampleEntry(4, { attempts: [] }));
        const stats = await (await open()).stats(engine.keeps.details === false ? { reason: "" } : {});
        expect(stats).toMatchObject({
          total: 5,
          claimed: 0,
          oldest: Date.UTC(2026, 5, 19, 12, 0, 0),
          newest: Date.UTC(2026, 5, 19, 12, 0, 4),
          byProvider: { "10x": 4, apex: 1 },
        });
        if (engine.keeps.attempts) {
          expect(stats.byStatus).toEqual({ "503": 3, "no response": 1, "no attempt recorded": 1 });
        }
      })();
    });

    test("a claimed entry is nobody else's, and comes to the same reader once", async ({ expect }) => {
      await within(async (_, open) => {
        const [one, two] = [await open(), await open()];
        await filled(one, 5);
        const first = await one.claim({}, 2);
        const second = await two.claim({}, 10);
        expect(first).toHaveLength(2);
        expect(events([...first, ...second].map(({ entry }) => entry))).toEqual([
          "evt_0",
          "evt_1",
          "evt_2",
          "evt_3",
          "evt_4",
        ]);
        expect(await one.claim({}, 10)).toEqual([]);
        expect(await two.claim({}, 10)).toEqual([]);
        if (engine.keeps.listsClaimed) expect((await one.stats({})).claimed).toBe(5);
      })();
    });

    test("an acknowledged entry is gone for everybody", async ({ expect }) => {
      await within(async (_, open) => {
        const dlq = await open();
        await filled(dlq, 3);
        const [claim] = await dlq.claim({}, 1);
        await claim?.acknowledge([success(2)]);
        const other = await open();
        expect(await all(other.list({}))).toHaveLength(engine.keeps.listsClaimed ? 2 : 2);
        expect(events((await other.claim({}, 10)).map(({ entry }) => entry))).not.toContain(claim?.entry.eventId);
      })();
    });

    test("one that is kept stays, with its attempts", async ({ expect }) => {
      await within(async (_, open) => {
        const dlq = await open();
        await filled(dlq, 1);
        const [claim] = await dlq.claim({}, 1);
        await claim?.acknowledge([success(2)], true);
        await dlq.close();
        const [again] = await (await open()).claim({}, 1);
        expect(again?.entry.eventId).toBe("evt_0");
        expect(again?.entry.attempts.at(-1)).toMatchObject({ number: 2, status: 204 });
      })();
    });

    test("one that is given back has the new attempts, and is free for another reader", async ({ expect }) => {
      await within(async (_, open) => {
        const [one, two] = [await open(), await open()];
        await filled(one, 1);
        const [claim] = await one.claim({}, 1);
        await claim?.requeue([failure(2, 500), failure(3, 429)]);
        expect(await one.claim({}, 1)).toEqual([]);
        const [again] = await two.claim({}, 1);
        expect(again?.entry.request.body.equals(sampleEntry(0).request.body)).toBe(true);
        expect(again?.entry.attempts.slice(-2)).toMatchObject([
          { number: 2, status: 500 },
          { number: 3, status: 429 },
        ]);
        if (engine.keeps.ids) expect(again?.entry.id).toBe(claim?.entry.id);
        await again?.requeue([]);
        const [third] = await (await open()).claim({ status: { from: 429, to: 429 } }, 1);
        expect(third?.entry.eventId).toBe("evt_0");
      })();
    });

    test("a reader that closes lets go of what it has not settled", async ({ expect }) => {
      await within(async (_, open) => {
        const one = await open();
        await filled(one, 3);
        await one.claim({}, 2);
        await one.close();
        expect(await (await open()).claim({}, 10)).toHaveLength(3);
      })();
    });

    test("what a reader held that died comes back", async ({ expect }) => {
      await within(async (queue, open) => {
        const dlq = await open();
        await filled(dlq, 4);
        expect(await queue.claimAndDie(3)).toHaveLength(3);
        await queue.expire();
        const claims = await dlq.claim({}, 10);
        expect(events(claims.map(({ entry }) => entry))).toEqual(["evt_0", "evt_1", "evt_2", "evt_3"]);
      })();
    });

    test("discarded entries are in the archive and nowhere else", async ({ expect }) => {
      await within(async (queue, open) => {
        const dlq = await open();
        await filled(dlq, 3);
        const [first] = await all(dlq.list({ ids: ["evt_1"] }));
        expect(await dlq.discard([first?.id ?? "", first?.id ?? "", "no-such-entry"], "test data")).toBe(1);
        expect(await queue.archived()).toEqual(["evt_1"]);
        expect(events(await all((await open()).list({})))).toEqual(["evt_0", "evt_2"]);
      })();
    });

    test("many readers at once share a queue: every entry goes to one of them", async ({ expect }) => {
      await within(async (_, open) => {
        const readers = await Promise.all([open(), open(), open(), open()]);
        await filled(readers[0] ?? (await open()), 40);
        const seen: (string | null)[] = [];
        await Promise.all(
          readers.map(async (dlq) => {
            for (;;) {
              const claims = await dlq.claim({}, 3);
              if (claims.length === 0) return;
              for (const claim of claims) {
                seen.push(claim.entry.eventId);
                await claim.acknowledge([success(2)]);
              }
            }
          }),
        );
        expect(new Set(seen).size).toBe(40);
        expect(seen).toHaveLength(40);
        expect((await (await open()).stats({})).total).toBe(0);
      })();
    });

    test("an engine that can tell counts the whole queue, whoever holds what", async ({ expect }) => {
      await within(async (_, open) => {
        const dlq = await open();
        await filled(dlq, 3);
        const [first] = await dlq.claim({}, 2);
        await first?.acknowledge([success(2)]);
        expect([undefined, 2]).toContain(await (await open()).waiting?.());
      })();
    });

    test("an empty queue lists, counts and hands out nothing", async ({ expect }) => {
      await within(async (_, open) => {
        const dlq = await open();
        expect(await all(dlq.list({}))).toEqual([]);
        expect(await dlq.stats({})).toMatchObject({ total: 0, oldest: null, newest: null });
        expect(await dlq.claim({}, 5)).toEqual([]);
      })();
    });
  });
};
