import type { LogFacts } from "./parse.ts";

type Why = "id" | "time";

interface OpenRequest {
  facts: LogFacts;
  why: Why;
  /** The number of lines since the request's last one. */
  age: number;
}

interface RequestState {
  readonly facts: LogFacts;
  readonly why: Why | undefined;
}

const maxOpen = 64;
/** Forget an id that doesn't recur within this many lines with ids: some frameworks count from 1 at each start. */
const longestAge = 20_000;
const longestRequest = 60_000;

/**
 * Joins the lines of one request: by their common id, or by order if a framework writes a first and last line and no
 * other request begins in between.
 */
export class OpenRequests {
  readonly #byId = new Map<string, OpenRequest>();
  /** The latest request, if its lines have no id. */
  #begun: { facts: LogFacts; why: Why | undefined } | undefined;
  /** Requests without an id whose end has not been seen. */
  #running = 0;
  #begunAt = 0;

  get keys(): readonly string[] {
    return this.#begun === undefined ? [...this.#byId.keys()] : [...this.#byId.keys(), "Completed "];
  }

  /** Whether a line may belong to an open request, or begin or end one. */
  concerns(text: string): boolean {
    if (text.includes("Started ") || (this.#running > 0 && text.includes("Completed "))) return true;
    for (const [id, open] of this.#byId) {
      if (text.includes(id)) return true;
      if (++open.age > longestAge) this.#byId.delete(id);
    }
    return false;
  }

  /**
   * Adds the facts of a line.
   * @param why why the line was selected, if it was
   * @returns what is known about its request so far; undefined if it belongs to no open request
   */
  add(facts: LogFacts, why: Why | undefined): RequestState | undefined {
    return facts.request === null ? this.#inOrder(facts, why) : this.#byRequest(facts, facts.request, why);
  }

  #byRequest(facts: LogFacts, id: string, why: Why | undefined): RequestState | undefined {
    const open = this.#byId.get(id);
    if (open === undefined) {
      if (why === undefined) return undefined;
      if (this.#byId.size < maxOpen) this.#byId.set(id, { facts, why, age: 0 });
      return { facts, why };
    }
    open.age = 0;
    if (why === "id") open.why = "id";
    const known = { facts: joined(facts, open.facts), why: open.why };
    // Only one line reports the status; don't attribute it to the request's other lines.
    open.facts = { ...known.facts, status: null };
    return known;
  }

  #inOrder(facts: LogFacts, why: Why | undefined): RequestState | undefined {
    if (facts.part === "begin") {
      // Requests without a route have no last line.
      if (facts.time !== null && facts.time - this.#begunAt > longestRequest) this.#running = 0;
      this.#begunAt = facts.time ?? this.#begunAt;
      this.#running++;
      this.#begun = this.#running === 1 ? { facts, why } : undefined;
      return undefined;
    }
    const begun = this.#begun;
    if (facts.part === "end") {
      this.#running = Math.max(0, this.#running - 1);
      this.#begun = undefined;
      return begun?.why === undefined ? undefined : { facts: joined(facts, begun.facts), why: begun.why };
    }
    if (begun === undefined || why === undefined) return undefined;
    begun.why = begun.why === "id" ? "id" : why;
    return { facts: joined(facts, begun.facts), why };
  }
}

const joined = (own: LogFacts, known: LogFacts): LogFacts => ({
  ...own,
  time: own.time ?? known.time,
  status: own.status,
  method: own.method ?? known.method,
  path: own.path ?? known.path,
});
