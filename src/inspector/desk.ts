import type { Candidate, Explainer } from "../listener/inspect.ts";
import type { ForwardEvent, IdentityFlag } from "../listener/events.ts";
import type { Attempt } from "../request/attempt.ts";
import type { Profile } from "../providers/profile.ts";
import type { WebhookRequest } from "../request/request.ts";
import type { VerifyOptions } from "../signature/try-schemes.ts";
import type { Place } from "../storage/journal.ts";
import type { Mask } from "./mask.ts";
import type { Entry, Store } from "./store.ts";

/** A request with its bytes, and the rest of its record. */
export interface Loaded {
  readonly request: WebhookRequest;
  readonly remote: string | null;
  readonly flags: readonly IdentityFlag[];
  /** Whether the body was truncated. */
  readonly overflow: boolean;
  /** Attempts that the queue recorded with the request. */
  readonly attempts?: readonly Attempt[];
}

/** Shared dependencies of the inspector's parts. */
export interface Desk {
  readonly store: Store;
  readonly mask: Mask;
  readonly profiles: readonly Profile[];
  /** Platforms with their secrets; a row's `provider` is one of them. */
  readonly candidates: readonly Candidate[];
  /** The whole request of a row; undefined where its bytes are gone. */
  readonly load: (entry: Entry) => Promise<Loaded | undefined>;
  /** The response of a target. */
  readonly loadForward: (forward: Place | ForwardEvent) => Promise<ForwardEvent | undefined>;
  readonly explainer: Explainer;
  readonly verifyOptions: (receivedAt: number) => VerifyOptions;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** The platform of a row, with its secrets. */
export const candidateOf = ({ candidates }: Desk, provider: string | null): Candidate | undefined =>
  candidates.find(({ profile }) => profile.id === provider);
