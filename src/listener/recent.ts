import { hash } from "node:crypto";

/** A map that forgets its oldest entries beyond a capacity; setting an entry makes it the youngest. */
export class RecentMap<T> {
  readonly #capacity: number;
  readonly #entries = new Map<string, T>();
  #youngest: string | undefined;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): T | undefined {
    return this.#entries.get(key);
  }

  set(key: string, value: T): void {
    if (key !== this.#youngest) this.#entries.delete(key);
    this.#youngest = key;
    this.#entries.set(key, value);
    if (this.#entries.size <= this.#capacity) return;
    const oldest = this.#entries.keys().next();
    if (oldest.done !== true) this.#entries.delete(oldest.value);
  }
}

/** A short, unique digest of bytes of any length. */
export const digestOf = (data: Buffer | string): string => hash("sha256", data, "base64");
