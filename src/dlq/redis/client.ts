import type { Redis } from "ioredis";
import { HookproofError } from "../../errors.ts";
import { backendError, loadClient } from "../shared/client.ts";

/** What a Redis call may be given. */
type Argument = string | number | Buffer;

/** A connection that speaks raw commands; answers are bytes, to be looked at before use. */
export interface RedisLink {
  call(command: string, ...args: readonly Argument[]): Promise<unknown>;
  /** Several commands at one go, all or none. */
  transaction(commands: readonly (readonly [string, ...Argument[]])[]): Promise<readonly unknown[]>;
  close(): Promise<void>;
}

interface Place {
  readonly name: string;
  readonly url: string;
  readonly passwords: readonly string[];
}

/** How long a lost connection is tried again before it is given up: some ten seconds. */
const maxReconnects = 24;
const reconnectMs = 400;
/** A server that accepts the connection but doesn't respond counts as unreachable. */
const connectMs = 10_000;
const replyTimeoutMs = 30_000;

/**
 * Connects to Redis or Valkey. A connection that is lost later is made again for some ten seconds;
 * what was asked meanwhile waits.
 * @throws HookproofError `backend-unreachable`, `backend-client-missing`
 */
export const connectRedis = async (place: Place): Promise<RedisLink> => {
  const redis = await openRedis(place);
  const failed = failures(redis, place);
  return {
    call: (command, ...args) => redis.callBuffer(command, [...args]).catch(failed),
    transaction: async (commands) => {
      const chain = redis.multi();
      for (const [command, ...args] of commands) chain.callBuffer(command, args);
      const replies = await chain.exec().catch(failed);
      if (replies === null) throw backendError(new Error("the transaction was refused"), place);
      return replies.map(([error, reply]) => {
        if (error !== null) return failed(error);
        return reply;
      });
    },
    close: () => closeRedis(redis),
  };
};

/** The client itself, connected, for those who speak to Redis in its own words. */
export const openRedis = async (place: Place): Promise<Redis> => {
  const { Redis: Client } = await loadClient("ioredis", () => import("ioredis"));
  let wasReady = false;
  const redis = new Client(place.url, {
    lazyConnect: true,
    // RESP3, the client's default, is refused by older servers and by proxies.
    protocol: 2,
    maxRetriesPerRequest: null,
    connectTimeout: connectMs,
    commandTimeout: replyTimeoutMs,
    retryStrategy: (times) => (wasReady && times <= maxReconnects ? reconnectMs : null),
  });
  redis.on("ready", () => {
    wasReady = true;
  });
  const failed = failures(redis, place);
  const late = new Promise<never>((_, reject) => {
    const timer = setTimeout(() => reject(new Error(`no response within ${connectMs / 1000}s`)), connectMs);
    redis.once("close", () => clearTimeout(timer)).once("ready", () => clearTimeout(timer));
  });
  await Promise.race([redis.connect().then(() => chooseDatabase(redis, place)), late]).catch((error: unknown) => {
    redis.disconnect();
    return failed(error);
  });
  return redis;
};

/** Select the database explicitly: if the server rejects the URL's database, the client silently uses database 0. */
const chooseDatabase = async (redis: Redis, place: Place): Promise<void> => {
  const database = redis.options.db ?? 0;
  if (database === 0) return;
  await redis.select(database).catch((error: unknown) => {
    if (!String(error).includes("out of range")) throw error;
    throw new HookproofError("usage", `${place.name}: the server has no database ${database}`, { cause: error });
  });
};

/** Ends a connection after what was asked of it is answered. */
export const closeRedis = async (redis: Redis): Promise<void> => {
  if (redis.status === "ready") await redis.quit().catch(() => undefined);
  redis.disconnect();
};

/** Replaces the client's unhelpful "Connection is closed" with the actual failure. */
const failures = (redis: Redis, place: Place): ((error: unknown) => never) => {
  let last: Error | undefined;
  redis.on("error", (error: Error) => {
    last = error;
  });
  return (error) => {
    const said = error instanceof Error ? error.message : String(error);
    if (said.startsWith("WRONGTYPE"))
      throw new HookproofError("unsupported", `${place.name}: this key is not a stream`, {
        hint: "?stream=NAME reads a stream, ?bullmq=QUEUE the failed jobs of a BullMQ queue",
      });
    if (/^(?:NOAUTH|WRONGPASS|NOPERM|ERR invalid password)/.test(said))
      throw backendError(error, place, "check user and password in the queue's URL");
    throw backendError(said.startsWith("Connection is closed") ? (last ?? error) : error, place);
  };
};

/** An answer as a list; undefined, null and anything else is an empty one. */
export const listOf = (reply: unknown): readonly unknown[] => (Array.isArray(reply) ? reply : []);

/** An answer as text. */
export const textOf = (reply: unknown): string =>
  Buffer.isBuffer(reply)
    ? reply.toString("utf8")
    : typeof reply === "string" || typeof reply === "number"
      ? String(reply)
      : "";
