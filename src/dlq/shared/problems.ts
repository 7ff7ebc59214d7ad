import type { DlqEntry } from "../dlq.ts";

const maxShown = 5;
/** How many distinct problems are remembered, so that a message read twice is one problem. */
const maxProblems = 10_000;

/** Collects what couldn't be read from a queue: the first few as text, the others as a count. */
export class Problems {
  readonly #seen = new Set<string>();
  readonly #rest: (count: number) => string;
  #more = 0;
  #unreadable = 0;

  /** @param rest the text for the problems that aren't listed, given their number */
  constructor(rest = (count: number): string => `${count} more could not be read`) {
    this.#rest = rest;
  }

  /** Notes a problem once. @returns false if it is already known */
  note(text: string): boolean {
    if (this.#seen.has(text)) return false;
    if (this.#seen.size < maxProblems) this.#seen.add(text);
    else this.#more++;
    return true;
  }

  /** Notes a message or line that can't be read. */
  noteUnreadable(text: string): void {
    if (this.note(text)) this.#unreadable++;
  }

  /** Returns the entry, or notes why there is none. */
  entryOrNote(queue: string, read: DlqEntry | { readonly problem: string }): DlqEntry | undefined {
    if (!("problem" in read)) return read;
    this.noteUnreadable(`${queue}: ${read.problem}; it was left in place`);
    return undefined;
  }

  /** The number of messages or lines that couldn't be read. */
  get unreadable(): number {
    return this.#unreadable;
  }

  get all(): readonly string[] {
    const few = [...this.#seen].slice(0, maxShown);
    const others = this.#seen.size + this.#more - few.length;
    return others === 0 ? few : [...few, this.#rest(others)];
  }
}
