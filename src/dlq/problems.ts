import type { DlqEntry } from "./dlq.ts";

const most = 100;

/** Collects what could not be read of a queue, each once, up to a number. */
export class Problems {
  readonly #seen = new Set<string>();
  readonly #rest: (count: number) => string;
  #more = 0;

  /** @param rest what is said of so many that are over the number */
  constructor(rest = (count: number): string => `${count} more could not be read`) {
    this.#rest = rest;
  }

  note(text: string): void {
    if (this.#seen.size < most) this.#seen.add(text);
    else if (!this.#seen.has(text)) this.#more++;
  }

  /** The entry that was read of a queue, or undefined and a note of why there is none. */
  sift(queue: string, read: DlqEntry | { readonly problem: string }): DlqEntry | undefined {
    if (!("problem" in read)) return read;
    this.note(`${queue}: ${read.problem}; it is left where it is`);
    return undefined;
  }

  get all(): readonly string[] {
    return this.#more === 0 ? [...this.#seen] : [...this.#seen, this.#rest(this.#more)];
  }
}
