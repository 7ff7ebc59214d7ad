import { isAbsolute, join, resolve } from "node:path";
import { HookproofError } from "../errors.ts";
import type { Self } from "../storage/owner.ts";
import type { Profile } from "../providers/profile.ts";
import type { Dlq } from "./dlq.ts";
import type { EngineWorld } from "./engine-world.ts";
import { fileDlq } from "./file/file.ts";
import { refuseForeign } from "./foreign.ts";
import { queueAddress } from "./url.ts";
import type { QueueAddress } from "./url.ts";

/** What opening a queue needs of the world. */
export interface DlqWorld {
  readonly folders: { readonly data: string };
  readonly cwd: string;
  readonly self: Self;
  readonly now: () => number;
  readonly randomBytes: (size: number) => Buffer;
  /** The platforms that a message's headers may name. */
  readonly profiles?: () => Promise<readonly Profile[]>;
}

export interface DlqChoice {
  /** The platform of messages whose headers do not tell. */
  readonly profile?: Profile | undefined;
  /** The URL of an SQS-compatible server. */
  readonly endpoint?: string | undefined;
}

/**
 * Opens the dead-letter queue that a person names: a file, `redis://…`, `sqs:QUEUE`, `amqp://…`;
 * the user's own file where none is named.
 * @throws HookproofError `unsupported` for a scheme hookproof does not know, `input-malformed` for a file of another kind
 */
export const openDlq = async (spec: string | undefined, world: DlqWorld, choice: DlqChoice = {}): Promise<Dlq> => {
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(spec ?? "")?.[1]?.toLowerCase();
  if (spec === undefined || scheme === undefined || scheme === "file") {
    const named = spec === undefined ? join(world.folders.data, "dlq.ndjson") : spec.replace(/^file:/, "");
    const path = isAbsolute(named) ? named : resolve(world.cwd, named);
    refuseForeign(path, named);
    return fileDlq({ ...world, path });
  }
  const address = queueAddress(spec, choice.endpoint);
  if (address !== undefined) return openEngine(address, await engineWorld(address, world, choice));
  throw new HookproofError("unsupported", `'${scheme}:' is no queue that hookproof knows`, {
    hint: "give a file, redis://…, sqs:QUEUE or amqp://…",
  });
};

// Each engine in a module of its own: nobody loads a client that no URL asked for.
const openEngine = async (address: QueueAddress, world: EngineWorld): Promise<Dlq> => {
  switch (address.kind) {
    case "stream":
      return (await import("./redis/stream.ts")).redisStreamDlq(address, world);
    case "bullmq":
      return (await import("./bullmq/bullmq.ts")).bullmqDlq(address, world);
    case "sqs":
      return (await import("./sqs/sqs.ts")).sqsDlq(address, world);
    case "amqp":
      return (await import("./amqp/amqp.ts")).amqpDlq(address, world);
  }
};

const engineWorld = async (address: QueueAddress, world: DlqWorld, choice: DlqChoice): Promise<EngineWorld> => ({
  self: world.self,
  now: world.now,
  randomBytes: world.randomBytes,
  reading: { profile: choice.profile, profiles: (await world.profiles?.()) ?? [] },
  archive: join(world.folders.data, "discarded", `${address.name.replaceAll(/[^\w.-]+/g, "_")}.ndjson`),
});
