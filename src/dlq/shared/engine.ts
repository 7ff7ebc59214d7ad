import { join } from "node:path";
import type { Profile } from "../../providers/profile.ts";
import type { InputKind } from "../../storage/input.ts";
import type { ProcessInfo } from "../../storage/owner.ts";
import type { Dlq } from "../dlq.ts";
import { webhookHeaders } from "./message-headers.ts";
import type { Reading } from "./message.ts";

/** What opening a queue needs besides its name. */
export interface QueueDeps {
  readonly folders: { readonly data: string };
  readonly cwd: string;
  readonly processInfo: ProcessInfo;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly randomBytes: (size: number) => Buffer;
  /** The platforms that a message's headers may name. */
  readonly profiles?: () => Promise<readonly Profile[]>;
  /** How many bytes an input may have. */
  readonly inputLimit?: (kind: InputKind) => number;
}

export interface QueueChoice {
  /** The platform of messages whose headers do not say. */
  readonly profile?: Profile | undefined;
  /** The URL of an SQS-compatible server. */
  readonly endpoint?: string | undefined;
  /** Take every field beside a message's body for a header of its webhook. */
  readonly messageHeaders?: boolean | undefined;
}

/** Opens a queue of an engine's by its name or URL. */
export type OpenQueue = (spec: string, deps: QueueDeps, choice: QueueChoice) => Promise<Dlq>;

/** What an engine needs of the world besides its address. */
export interface EngineDeps extends Pick<QueueDeps, "processInfo" | "now" | "randomBytes"> {
  readonly reading: Reading;
  /** Where discarded messages go that the engine itself has no place for: a file, written by appending. */
  readonly archive: string;
}

/** @param name the queue's, without passwords */
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
    // Where there is no home folder a queue elsewhere works all the same.
    get archive() {
      return join(deps.folders.data, "discarded", `${name.replaceAll(/[^\w.-]+/g, "_")}.ndjson`);
    },
  };
};
