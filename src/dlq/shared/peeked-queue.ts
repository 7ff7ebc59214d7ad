import type { DlqEntry, DlqFilter, DlqSummary } from "../dlq.ts";
import { archivePeeked } from "./archive.ts";
import { peekedEntries, findById, listMatching, matchingEntries } from "./look.ts";
import type { Peeked } from "./look.ts";
import { Problems } from "./problems.ts";

/**
 * Base class for queues that can't list messages. Scanning such a queue means receiving messages, holding them, and
 * putting them back.
 */
export abstract class PeekedQueue {
  readonly name: string;
  protected readonly noted = new Problems();
  readonly #archive: string;
  /** The current page of a listing, because messages that are held can't be received again. */
  #page: readonly DlqEntry[] = [];

  /** @param archive the file for discarded entries */
  protected constructor(name: string, archive: string) {
    this.name = name;
    this.#archive = archive;
  }

  /** All entries that nobody else holds. Each is held until the scan ends. */
  protected abstract pages(): AsyncGenerator<readonly Peeked[]>;

  get problems(): readonly string[] {
    return this.noted.all;
  }

  get unreadable(): number {
    return this.noted.unreadable;
  }

  list(filter: DlqFilter, limit = Number.POSITIVE_INFINITY): AsyncGenerator<DlqSummary> {
    return listMatching(peekedEntries(this.peek()), filter, limit);
  }

  entries(filter: DlqFilter): AsyncGenerator<DlqEntry> {
    return matchingEntries(peekedEntries(this.peek()), filter);
  }

  async get(id: string): Promise<DlqEntry | undefined> {
    return this.#page.find((entry) => entry.id === id) ?? (await findById(peekedEntries(this.peek()), id));
  }

  discard(ids: readonly string[]): Promise<number> {
    return archivePeeked(this.peek(), ids, this.#archive);
  }

  /** The entries of all pages, one by one. */
  protected async *peek(): AsyncGenerator<Peeked> {
    try {
      for await (const page of this.pages()) {
        this.#page = page.map(({ entry }) => entry);
        yield* page;
      }
    } finally {
      this.#page = [];
    }
  }
}
