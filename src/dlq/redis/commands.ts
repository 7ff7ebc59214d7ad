import { listOf, textOf } from "./client.ts";
import type { RedisLink } from "./client.ts";

/** An entry of a stream, with what hookproof recorded separately. */
export interface StreamItem {
  readonly id: string;
  /** Field names and values in the stream's order. */
  readonly fields: readonly (readonly [name: string, value: Buffer])[];
  /** The latest change of its attempts, as a line; undefined if there is none. */
  readonly change: Buffer | undefined;
}

// An entry is free if nobody holds it or its holder's lease has expired. A reader may also claim its own entries again,
// because a reply may have been lost with a connection. A single script, so that two readers never both find an entry
// free. XREADGROUP would deliver entries that a filter excludes, and can't fetch one entry by id. Entries never change
// and have been read before, so only the changes are returned and each body crosses the network once.
const claimScript = `
pcall(redis.replicate_commands)
local out = {}
for i = 4, #ARGV do
  local id = ARGV[i]
  local held = redis.call('XPENDING', KEYS[1], ARGV[1], id, id, 1)
  if #held == 0 or held[1][2] == ARGV[2] or tonumber(held[1][3]) >= tonumber(ARGV[3]) then
    if #redis.call('XRANGE', KEYS[1], id, id) > 0 then
      redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, id, 'FORCE', 'JUSTID')
      out[#out + 1] = { id, redis.call('HGET', KEYS[2], id) }
    end
  end
end
return out`;

// Renews only entries that this reader still holds, not those that others took after the lease expired.
const renewScript = `
pcall(redis.replicate_commands)
for i = 3, #ARGV do
  local held = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[i], ARGV[i], 1)
  if #held > 0 and held[1][2] == ARGV[2] then
    redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, ARGV[i], 'JUSTID')
  end
end
return 1`;

// One script that checks before changing anything: a transaction continues after a failed command and would delete what
// it couldn't add. The entry never leaves Redis.
const moveScript = `
pcall(redis.replicate_commands)
if redis.call('TYPE', KEYS[3]).ok ~= 'stream' then return 'no stream' end
local held = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[3], ARGV[3], 1)
local items = redis.call('XRANGE', KEYS[1], ARGV[3], ARGV[3])
if #held == 0 or held[1][2] ~= ARGV[2] or #items == 0 then return 'taken' end
redis.call('XADD', KEYS[3], '*', unpack(items[1][2]))
redis.call('HDEL', KEYS[2], ARGV[3])
redis.call('XDEL', KEYS[1], ARGV[3])
redis.call('XACK', KEYS[1], ARGV[1], ARGV[3])
return 'moved'`;

export interface StreamKeys {
  readonly stream: string;
  /** A hash that maps an entry's id to its latest change. */
  readonly changes: string;
  readonly archive: string;
  readonly group: string;
}

/** Claims the given entries that are free. @returns the claimed entries, with their current changes */
export const claimItems = async (
  link: RedisLink,
  keys: StreamKeys,
  reader: string,
  leaseMs: number,
  items: readonly StreamItem[],
): Promise<readonly StreamItem[]> => {
  const reply = await link.call(
    "EVAL",
    claimScript,
    2,
    keys.stream,
    keys.changes,
    keys.group,
    reader,
    leaseMs,
    ...items.map(({ id }) => id),
  );
  const changes = new Map(
    listOf(reply).map((pair) => {
      const [id, change] = listOf(pair);
      return [textOf(id), Buffer.isBuffer(change) ? change : undefined];
    }),
  );
  return items.flatMap((item) => (changes.has(item.id) ? [{ ...item, change: changes.get(item.id) }] : []));
};

/**
 * Moves an entry that a reader holds to another stream. Fails if that stream doesn't exist or the reader no longer
 * holds the entry.
 */
export const moveItem = async (
  link: RedisLink,
  { stream, changes, group }: StreamKeys,
  reader: string,
  id: string,
  to: string,
): Promise<"moved" | "taken" | "no stream"> => {
  const reply = textOf(await link.call("EVAL", moveScript, 3, stream, changes, to, group, reader, id));
  return reply === "moved" || reply === "taken" ? reply : "no stream";
};

/** Renews a reader's claims, except those it no longer holds. */
export const renewItems = async (
  link: RedisLink,
  keys: StreamKeys,
  reader: string,
  ids: readonly string[],
): Promise<void> => {
  await link.call("EVAL", renewScript, 1, keys.stream, keys.group, reader, ...ids);
};

/** Entries after an id (exclusive; `-` for the first), without consuming them. */
export const itemsAfter = async (
  link: RedisLink,
  keys: StreamKeys,
  after: string,
  count: number,
): Promise<readonly StreamItem[]> => {
  const reply = listOf(await link.call("XRANGE", keys.stream, after === "-" ? "-" : `(${after}`, "+", "COUNT", count));
  return withChanges(link, keys, reply);
};

/** The entry with this id; undefined if there is none. */
export const itemAt = async (link: RedisLink, keys: StreamKeys, id: string): Promise<StreamItem | undefined> => {
  if (!/^\d{1,20}-\d{1,20}$/.test(id)) return undefined;
  const [item] = await withChanges(link, keys, listOf(await link.call("XRANGE", keys.stream, id, id)));
  return item;
};

const withChanges = async (
  link: RedisLink,
  keys: StreamKeys,
  items: readonly unknown[],
): Promise<readonly StreamItem[]> => {
  if (items.length === 0) return [];
  const ids = items.map((item) => textOf(listOf(item)[0]));
  const changes = listOf(await link.call("HMGET", keys.changes, ...ids));
  return items.flatMap((item, at) => itemOf(item, changes[at]));
};

const itemOf = (item: unknown, change: unknown): readonly StreamItem[] => {
  const [id, flat] = listOf(item);
  const parts = listOf(flat);
  if (id === undefined || parts.length === 0) return [];
  const fields: (readonly [string, Buffer])[] = [];
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const value = parts[at + 1];
    fields.push([textOf(parts[at]), Buffer.isBuffer(value) ? value : Buffer.from(textOf(value))]);
  }
  return [{ id: textOf(id), fields, change: Buffer.isBuffer(change) ? change : undefined }];
};

/** The ids of claimed entries, and the milliseconds since each was last claimed or renewed. */
export async function* heldItems(
  link: RedisLink,
  keys: StreamKeys,
): AsyncGenerator<{ readonly id: string; readonly idleMs: number }> {
  const page = 1000;
  for (let from = "-"; ;) {
    const reply = listOf(await link.call("XPENDING", keys.stream, keys.group, from, "+", page));
    for (const row of reply) {
      const [id, , idle] = listOf(row);
      yield { id: textOf(id), idleMs: Number(idle) };
    }
    if (reply.length < page) return;
    from = `(${textOf(listOf(reply.at(-1))[0])}`;
  }
}

/** The names of the group's readers. */
export const readersOf = async (link: RedisLink, keys: StreamKeys): Promise<readonly string[]> =>
  listOf(await link.call("XINFO", "CONSUMERS", keys.stream, keys.group)).map((row) => {
    const parts = listOf(row).map(textOf);
    return parts[parts.indexOf("name") + 1] ?? "";
  });
