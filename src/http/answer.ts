import { isFinal, readHead } from "./answer-head.ts";
import type { AnswerHead, ReadHead } from "./answer-head.ts";

export type AnswerState =
  | "waiting"
  /** The head is complete, the body not yet. */
  | "body"
  | "done"
  | "malformed";

type Framing =
  | { readonly kind: "none" }
  | { readonly kind: "length"; left: number }
  | { readonly kind: "close" }
  | { readonly kind: "chunked" };

const maxHead = 64 * 1024;
const headEnd = Buffer.from("\r\n\r\n");
/** Longer ones are read anew. */
const maxRemembered = 4096;
const unframed: Framing = { kind: "none" };

/** The last head that was read: those of a load differ once a second, by their dates. */
let latest: { readonly text: string; readonly read: ReadHead } | undefined;

/**
 * Reads one HTTP/1.x answer from pieces of a connection. Informational answers (1xx but 101) are
 * skipped. Strict where laxity would let two readers disagree: line ends are CRLF, a length is
 * digits and stands once, and does not stand beside a transfer coding (RFC 9112 6).
 */
export class AnswerReader {
  state: AnswerState = "waiting";
  head: AnswerHead | undefined;
  /** What is wrong, where it is malformed. */
  problem = "";
  /** Whether the connection may carry another exchange after this one. */
  reusable = false;
  /** `Keep-Alive: timeout=` in milliseconds, where the peer says how long it keeps an idle connection. */
  idleMs: number | undefined;
  readonly body: Buffer[] = [];
  readonly #isHead: boolean;
  readonly #limit: number;
  #kept = 0;
  #framing: Framing = unframed;
  #rest: Buffer | undefined;
  /** Bytes of the current chunk that are still to come; undefined before a size line. */
  #chunkLeft: number | undefined;
  #inTrailers = false;

  /**
   * @param method of the request: an answer to HEAD has no body
   * @param limit how many bytes of the body are kept
   */
  constructor(method: string, limit: number) {
    this.#isHead = method === "HEAD";
    this.#limit = limit;
  }

  /** @param piece valid during the call only: what is kept of it is copied */
  push(piece: Buffer): AnswerState {
    let bytes = this.#rest === undefined ? piece : Buffer.concat([this.#rest, piece]);
    this.#rest = undefined;
    while (this.state === "waiting") {
      const end = bytes.indexOf(headEnd);
      if (end < 0 || end > maxHead) return this.#incompleteHead(bytes);
      this.#readHead(bytes.toString("latin1", 0, end));
      bytes = bytes.subarray(end + 4);
    }
    if (this.state === "body") this.#readBody(bytes);
    else if (this.state === "done" && bytes.length > 0) this.reusable = false;
    return this.state;
  }

  /** The peer has ended the connection: right for a body that has no other end. */
  end(): AnswerState {
    if (this.state === "body" && this.#framing.kind === "close") this.state = "done";
    this.reusable = false;
    return this.state;
  }

  #incompleteHead(bytes: Buffer): AnswerState {
    const start = bytes.toString("latin1", 0, 9);
    if (!"HTTP/1.0 ".startsWith(start) && !"HTTP/1.1 ".startsWith(start))
      return this.#fail("it does not begin as HTTP");
    if (bytes.length > maxHead) return this.#fail("its head is longer than 64 KiB");
    for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, at + 1)) {
      if (bytes[at - 1] !== 0x0d) return this.#fail("a line of its head ends without CR");
    }
    this.#rest = Buffer.from(bytes);
    return this.state;
  }

  #readHead(text: string): void {
    const read = latest?.text === text ? latest.read : readHead(text);
    if (typeof read === "string") return void this.#fail(read);
    if (!isFinal(read.head.status)) return;
    if (latest?.read !== read && text.length <= maxRemembered) latest = { text, read };
    this.head = read.head;
    this.idleMs = read.idleMs;
    this.#framing = this.#framingOf(read.head.status, read.length, read.coding);
    this.reusable = read.keepsAlive && this.#framing.kind !== "close";
    const isEmpty = this.#framing.kind === "none" || (this.#framing.kind === "length" && this.#framing.left === 0);
    this.state = isEmpty ? "done" : "body";
  }

  #framingOf(status: number, length: string | undefined, coding: string): Framing {
    if (this.#isHead || status === 101 || status === 204 || status === 304) return unframed;
    if (coding !== "") return /,\s*chunked$/.test(coding) ? { kind: "chunked" } : { kind: "close" };
    return length === undefined ? { kind: "close" } : { kind: "length", left: Number(length) };
  }

  #readBody(bytes: Buffer): void {
    const framing = this.#framing;
    if (framing.kind === "chunked") return this.#readChunks(bytes);
    if (framing.kind !== "length") return this.#keep(bytes);
    this.#keep(bytes.subarray(0, framing.left));
    if (bytes.length > framing.left) this.reusable = false;
    framing.left -= Math.min(framing.left, bytes.length);
    if (framing.left === 0) this.state = "done";
  }

  #readChunks(bytes: Buffer): void {
    let rest = bytes;
    while (rest.length > 0) {
      if (this.#chunkLeft !== undefined && this.#chunkLeft > 0) {
        const data = rest.subarray(0, this.#chunkLeft);
        this.#keep(data);
        this.#chunkLeft -= data.length;
        rest = rest.subarray(data.length);
        continue;
      }
      const end = rest.indexOf("\r\n");
      if (end < 0) {
        if (rest.length > 4096) this.#fail("a chunk's size line has no end");
        else this.#rest = Buffer.from(rest);
        return;
      }
      const line = rest.toString("latin1", 0, end);
      rest = rest.subarray(end + 2);
      if (this.#inTrailers) {
        if (line !== "") continue;
        this.state = "done";
        if (rest.length > 0) this.reusable = false;
        return;
      }
      if (this.#chunkLeft === 0) {
        // The line end after a chunk's data.
        if (line !== "") return void this.#fail("a chunk is longer than its size says");
        this.#chunkLeft = undefined;
        continue;
      }
      const size = /^([0-9a-f]{1,12})[ \t]*(?:;.*)?$/i.exec(line)?.[1];
      if (size === undefined) return void this.#fail("a chunk's size is not a number");
      if (Number.parseInt(size, 16) === 0) this.#inTrailers = true;
      else this.#chunkLeft = Number.parseInt(size, 16);
    }
  }

  #keep(bytes: Buffer): void {
    if (this.#kept >= this.#limit || bytes.length === 0) return;
    const kept = bytes.subarray(0, this.#limit - this.#kept);
    this.#kept += kept.length;
    // A copy: the next piece is read into the same place.
    this.body.push(Buffer.from(kept));
  }

  #fail(problem: string): AnswerState {
    this.problem = problem;
    this.reusable = false;
    this.state = "malformed";
    return this.state;
  }
}
