import { replyTo } from "./respond.ts";
import type { Reply, ReplyScript } from "./respond.ts";

/** The current response script; it can be replaced while requests arrive. */
export class Responses {
  #script: ReplyScript;
  #latest = 0;
  /** How many requests arrived before the script was set. */
  #before = 0;

  constructor(script: ReplyScript) {
    this.#script = script;
  }

  /** Replaces the script, from the next request on. */
  set(script: ReplyScript): void {
    this.#script = script;
    this.#before = this.#latest;
  }

  /** Like `replyTo`; a script by request number starts with the first request after it was set. */
  replyTo(attempt: number, request: number, random: () => number): Reply {
    this.#latest = request;
    return replyTo(this.#script, attempt, request - this.#before, random);
  }
}
