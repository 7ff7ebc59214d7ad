import type { Queue } from "bullmq";
import type { RedisLink } from "../redis/client.ts";

// BullMQ only completes active, locked jobs, so a failed job is made active for a moment, as BullMQ's own retry and a
// worker would do. The lock keeps others from taking it in between.
const activateScript = `
if redis.call('ZREM', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('HDEL', KEYS[3], 'failedReason', 'finishedOn')
redis.call('HSET', KEYS[3], 'processedOn', ARGV[2])
redis.call('HINCRBY', KEYS[3], 'ats', ARGV[3])
if tonumber(ARGV[3]) > 1 then redis.call('HINCRBY', KEYS[3], 'atm', ARGV[3] - 1) end
redis.call('LPUSH', KEYS[2], ARGV[1])
redis.call('SET', KEYS[3] .. ':lock', ARGV[4], 'PX', 30000)
return 1`;

const failScript = `
redis.call('LREM', KEYS[2], -1, ARGV[1])
redis.call('DEL', KEYS[3] .. ':lock')
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
redis.call('HSET', KEYS[3], 'failedReason', ARGV[3], 'finishedOn', ARGV[2])
return 1`;

// An exhausted job doesn't go through BullMQ's own failure handling, which could retry it or remove other failed jobs.
const failAgainScript = `
if not redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 0 end
redis.call('HSET', KEYS[2], 'failedReason', ARGV[3], 'finishedOn', ARGV[2])
redis.call('HINCRBY', KEYS[2], 'atm', ARGV[4])
redis.call('HINCRBY', KEYS[2], 'ats', ARGV[4])
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
redis.call('XADD', KEYS[3], '*', 'event', 'failed', 'jobId', ARGV[1], 'failedReason', ARGV[3], 'prev', 'active')
return 1`;

/**
 * The result for a job. `taken` means that another program (such as a dashboard's "retry") has moved it; it is then
 * left alone.
 */
export type Written = "written" | "taken" | { readonly refused: string };

/** Records the outcome of failed jobs as a BullMQ worker would. @param prefix the prefix of the queue's keys */
export const jobOutcomes = (link: RedisLink, queue: Queue, prefix: string, token: string) => {
  const failed = `${prefix}:failed`;
  const active = `${prefix}:active`;
  const isOurs = (reply: unknown): boolean => Number(reply) === 1;
  return {
    /** Completes a job: the status becomes its return value, its flow continues, and `removeOnComplete` applies. */
    completed: async (id: string, attempts: number, status: number | null, now: number): Promise<Written> => {
      const key = `${prefix}:${id}`;
      if (
        !isOurs(await link.call("EVAL", activateScript, 3, failed, active, key, id, now, Math.max(1, attempts), token))
      )
        return "taken";
      try {
        const job = await queue.getJob(id);
        await job?.moveToCompleted({ status }, token, false);
        return "written";
      } catch (error) {
        const refused = error instanceof Error ? error.message : String(error);
        await link.call("EVAL", failScript, 3, failed, active, key, id, now, `delivered with ${status}; ${refused}`);
        return { refused };
      }
    },
    /** Marks a job as permanently failed again: reason, attempts made, time. */
    failedAgain: async (id: string, attempts: number, reason: string, now: number): Promise<Written> =>
      isOurs(
        await link.call(
          "EVAL",
          failAgainScript,
          3,
          failed,
          `${prefix}:${id}`,
          `${prefix}:events`,
          id,
          now,
          reason,
          attempts,
        ),
      )
        ? "written"
        : "taken",
  };
};
