import { join } from "node:path";
import type { Profile } from "../../providers/profile.ts";
import type { InputKind } from "../../storage/input.ts";
import type { ProcessInfo } from "../../storage/owner.ts";
import type { Dlq } from "../dlq.ts";
import { webhookHeaders } from "./message-headers.ts";
import type { Reading } from "./message.ts";

/** What opening a queue needs, besides its name. */
export interface QueueDeps {
  readonly folders: { readonly data: string };
  readonly cwd: string;
  readonly processInfo: ProcessInfo;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly randomBytes: (size: number) => Buffer;
  /** Profiles whose headers identify a message's provider. */
  readonly profiles?: () => Promise<readonly Profile[]>;
  /** The maximum size of an input in bytes. */
  readonly inputLimit?: (kind: InputKind) => number;
}

export interface QueueChoice {
  /** The provider of messages whose headers don't identify one. */
  readonly profile?: Profile | undefined;
  /** The URL of an SQS-compatible server. */
  readonly endpoint?: string | undefined;
  /** Treat every field next to a message's body as a header of its webhook. */
  readonly messageHeaders?: boolean | undefined;
}

/** Opens an engine's queue by name or URL. */
export type OpenQueue = (spec: string, deps: QueueDeps, choice: QueueChoice) => Promise<Dlq>;

/** What an engine needs, besides its address. */
export interface EngineDeps extends Pick<QueueDeps, "processInfo" | "now" | "randomBytes"> {
  readonly reading: Reading;
  /** The file to which discarded messages are appended, if the engine itself has no place for them. */
  readonly archive: string;
}

/** @param name the queue's name, without passwords */
export const engineDeps = async (deps: QueueDeps, choice: QueueChoice, name: string): Promise<EngineDeps> => {
  const { profile, messageHeaders } = choice;
  const profiles = (await deps.profiles?.()) ?? [];
  const known = profile === undefined ? profiles : [...profiles, profile];
  return {
    processInfo: deps.processInfo,
    now: deps.now,
    randomBytes: deps.randomBytes,
    reading: {
      profile,
      profiles,
      reason: "in the engine's dead-letter queue; the reason is not recorded",
      isHeader: messageHeaders === true ? () => true : webhookHeaders(known),
    },
    // A getter, so that a queue that never archives works without a home folder.
    get archive() {
      return join(deps.folders.data, "discarded", `${name.replaceAll(/[^\w.-]+/g, "_")}.ndjson`);
    },
  };
};
