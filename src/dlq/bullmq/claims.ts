import { readerNames } from "../shared/readers.ts";
import type { EngineDeps } from "../shared/engine.ts";
import { listOf, textOf } from "../redis/client.ts";
import type { RedisLink } from "../redis/client.ts";

// BullMQ only locks active jobs. A claim is a separate key per failed job, set only while the job is still failed. If
// someone else holds it, the reply is their name. A reader may claim its own job again, because the first reply may
// have been lost with a connection.
const claimScript = `
if not redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 'gone' end
local holder = redis.call('GET', KEYS[2])
if holder and holder ~= ARGV[4] and holder ~= ARGV[2] then return holder end
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
return 'mine'`;

const renewScript = `
for i = 1, #KEYS do
  if redis.call('GET', KEYS[i]) == ARGV[1] then redis.call('PEXPIRE', KEYS[i], ARGV[2]) end
end
return 1`;

const releaseScript = `
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1`;

/** A reader on another machine that gives no sign of life for this long is treated as dead. */
const leaseMs = 60_000;

/** Claims of failed jobs, shared by all hookproof processes on a queue. */
export const jobClaims = (link: RedisLink, prefix: string, deps: EngineDeps) => {
  const reader = readerNames(deps.processInfo, deps.randomBytes(6).toString("hex"));
  const keyOf = (id: string): string => `${prefix}:hookproof:claim:${id}`;
  const mine = new Set<string>();
  const renewal = setInterval(() => {
    if (mine.size === 0) return;
    const keys = [...mine].map(keyOf);
    // A failure surfaces at the next awaited call.
    link.call("EVAL", renewScript, keys.length, ...keys, reader.mine, leaseMs).catch(() => undefined);
  }, leaseMs / 4).unref();
  const attempt = async (id: string, instead: string): Promise<string> =>
    textOf(await link.call("EVAL", claimScript, 2, `${prefix}:failed`, keyOf(id), id, reader.mine, leaseMs, instead));
  return {
    /** Claims a job; false if someone else has it. */
    take: async (id: string): Promise<boolean> => {
      const holder = await attempt(id, "");
      const won = holder === "mine" || (reader.isDead(holder) && (await attempt(id, holder)) === "mine");
      if (won) mine.add(id);
      return won;
    },
    release: async (id: string): Promise<void> => {
      mine.delete(id);
      await link.call("EVAL", releaseScript, 1, keyOf(id), reader.mine);
    },
    /** Whether each of the jobs is claimed, in the order of `ids`. */
    held: async (ids: readonly string[]): Promise<readonly boolean[]> =>
      ids.length === 0 ? [] : listOf(await link.call("MGET", ...ids.map(keyOf))).map((holder) => holder !== null),
    close: async (): Promise<void> => {
      clearInterval(renewal);
      for (const id of mine) await link.call("EVAL", releaseScript, 1, keyOf(id), reader.mine).catch(() => undefined);
    },
  };
};
