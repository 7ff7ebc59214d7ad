import { ownerStatus } from "../../storage/owner.ts";
import type { Owner, ProcessInfo } from "../../storage/owner.ts";
import type { RemovalReason } from "../dlq.ts";
import type { Change } from "../record.ts";

/** A process, and until when its claims are valid without renewal. */
export interface Lease {
  readonly owner: Owner;
  /** Epoch milliseconds. */
  readonly until: number;
}

/** The position of a line in the file. */
export interface LinePlace {
  readonly offset: number;
  readonly length: number;
}

/** The states of a queue's entries, built from the change lines in order. Entries without a change take no memory. */
export class EntryStates {
  readonly #removed = new Map<string, RemovalReason>();
  /** The last line that changed an entry's attempts. */
  readonly #changes = new Map<string, LinePlace>();
  /** The claiming process's token, by entry. */
  readonly #claims = new Map<string, string>();
  readonly #leases = new Map<string, Lease>();

  /** The number of entries that have left the queue. */
  get removals(): number {
    return this.#removed.size;
  }

  apply(change: Change, place: LinePlace): void {
    switch (change.type) {
      case "claim": {
        const { owner, until } = change;
        const known = this.#leases.get(owner.token)?.until ?? until;
        this.#leases.set(owner.token, { owner, until: Math.max(known, until) });
        for (const id of change.ids) this.#claims.set(id, owner.token);
        return;
      }
      case "released":
        for (const id of change.ids) this.#claims.delete(id);
        return;
      case "discarded":
        for (const id of change.ids) this.#remove(id, "discarded");
        return;
      case "done":
        if (change.kept) this.#change(change.id, place);
        else this.#remove(change.id, "delivered");
        return;
      case "attempts":
        this.#change(change.id, place);
    }
  }

  #change(id: string, place: LinePlace): void {
    this.#changes.set(id, place);
    this.#claims.delete(id);
  }

  #remove(id: string, reason: RemovalReason): void {
    this.#removed.set(id, reason);
    this.#changes.delete(id);
    this.#claims.delete(id);
  }

  /** How an entry left the queue; undefined if it hasn't, or was never in it. */
  removal(id: string): RemovalReason | undefined {
    return this.#removed.get(id);
  }

  /** The position of its latest attempts, if they aren't in the entry's own line. */
  change(id: string): LinePlace | undefined {
    return this.#changes.get(id);
  }

  /** Its claim; the claiming process may no longer run. */
  lease(id: string): Lease | undefined {
    const token = this.#claims.get(id);
    return token === undefined ? undefined : this.#leases.get(token);
  }
}

/**
 * Returns a function that checks whether a lease is valid. Processes of this machine are looked up; for others the
 * lease's time decides.
 */
export const liveness = (
  owner: Owner,
  processInfo: ProcessInfo,
  now: number,
): ((lease: Lease | undefined) => boolean) => {
  const known = new Map<Lease, boolean>();
  return (lease) => {
    if (lease === undefined) return false;
    let isLive = known.get(lease);
    if (isLive === undefined) {
      const status = lease.owner.token === owner.token ? "alive" : ownerStatus(lease.owner, processInfo);
      known.set(lease, (isLive = status === "unknown" ? now < lease.until : status === "alive"));
    }
    return isLive;
  };
};
