import type { Redis } from "ioredis";
import { HookproofError } from "../../errors.ts";
import { backendError, loadClient } from "../shared/client.ts";

/** An argument of a Redis command. */
type Argument = string | number | Buffer;

/** A connection for raw commands. Replies are unparsed; check their type before use. */
export interface RedisLink {
  call(command: string, ...args: readonly Argument[]): Promise<unknown>;
  /** Runs several commands atomically. */
  transaction(commands: readonly (readonly [string, ...Argument[]])[]): Promise<readonly unknown[]>;
  close(): Promise<void>;
}

interface Place {
  readonly name: string;
  readonly url: string;
  readonly passwords: readonly string[];
}

/** The number of reconnection attempts, about ten seconds in all. */
const maxReconnects = 24;
const reconnectMs = 400;
/** A server that accepts the connection but doesn't respond counts as unreachable. */
const connectMs = 10_000;
const replyTimeoutMs = 30_000;

/**
 * Connects to Redis or Valkey. If the connection is lost later, it reconnects for about ten seconds while commands
 * wait.
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

/** A connected client, for code that needs the client library itself. */
export const openRedis = async (place: Place): Promise<Redis> => {
  const { Redis: Client } = await loadClient("ioredis", () => import("ioredis"));
  let wasReady = false;
  const redis = new Client(place.url, {
    lazyConnect: true,
    // Older servers and proxies reject RESP3, the client's default.
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

/** Closes a connection after pending commands have their replies. */
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

/** A reply as a list; empty if it isn't an array. */
export const listOf = (reply: unknown): readonly unknown[] => (Array.isArray(reply) ? reply : []);

/** A reply as text; empty if it isn't text or a number. */
export const textOf = (reply: unknown): string =>
  Buffer.isBuffer(reply)
    ? reply.toString("utf8")
    : typeof reply === "string" || typeof reply === "number"
      ? String(reply)
      : "";
