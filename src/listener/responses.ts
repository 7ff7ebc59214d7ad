import { replyTo } from "./respond.ts";
import type { Reply, ReplyScript } from "./respond.ts";

/** The script that responses go by; it can be replaced while requests come in. */
export class Responses {
  #script: ReplyScript;
  #latest = 0;
  /** Requests that came before the script did. */
  #before = 0;

  constructor(script: ReplyScript) {
    this.#script = script;
  }

  /** From the next request on. */
  set(script: ReplyScript): void {
    this.#script = script;
    this.#before = this.#latest;
  }

  /** As `replyTo`; a script by request begins with the first request after it was set. */
  replyTo(attempt: number, request: number, random: () => number): Reply {
    this.#latest = request;
    return replyTo(this.#script, attempt, request - this.#before, random);
  }
}
