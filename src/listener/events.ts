import type { CaptureRecord } from "../formats/capture.ts";
import type { EncodedBytes, HeaderPair } from "../request/request.ts";
import type { Verdict } from "../signature/verdict.ts";
import type { IdentityFlag } from "./attempts.ts";

/** What the listener tells while it runs, in the order in which it happened. */
export type ListenEvent =
  | ReadyEvent
  | RequestEvent
  | ResponseEvent
  | ForwardEvent
  | CommandEvent
  | NoticeEvent
  | SummaryEvent;

export interface ReadyEvent {
  readonly type: "ready";
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly path: string;
  /** `auto` where it goes by each request's headers. */
  readonly provider: string;
  /** Labels (name and fingerprint) of the secrets that requests are held against. */
  readonly secrets: readonly string[];
  /** The capture file. */
  readonly capture: string;
  /** The text of `--respond`. */
  readonly respond: string;
  readonly forwardTo: string | null;
  readonly tls: { readonly certificate: string; readonly fingerprint: string } | null;
  readonly insecure: boolean;
}

/** Why a request was held against no secret. */
export type Unverified = "no-provider" | "no-secret" | "undocumented" | "too-large";

/** A received request: what the capture file holds of it, and what was found out about it. */
export interface RequestEvent extends Omit<CaptureRecord, "url" | "verdict"> {
  /** Only where the platform signs it. */
  readonly url?: string | undefined;
  /** From 1, in the order of arrival. */
  readonly number: number;
  readonly provider: string | null;
  readonly eventType: string | null;
  readonly eventId: string | null;
  /** `agrees` where the header's number, as its platform counts, is the counted one, or there is none. */
  readonly attempt: { readonly claimed: number | null; readonly counted: number; readonly agrees: boolean };
  readonly verdict?: Verdict | undefined;
  /** Null where there is a verdict. */
  readonly unverified: Unverified | null;
  /** How the sender broke the event's identity since its attempt before. */
  readonly flags: readonly IdentityFlag[];
  /** False for a path that `--path` leaves out: it is answered 404. */
  readonly onPath: boolean;
  /** True where the body is longer than `--max-body`; `body` then holds its beginning. */
  readonly overflow: boolean;
  /** What it is going to be answered with, where that takes a while: `500 after 12s`, `hang`. */
  readonly pending: string | null;
}

export interface ResponseEvent {
  readonly type: "response";
  readonly requestId: string;
  /** Null for `hang` and `reset`. */
  readonly status: number | null;
  readonly kind: "status" | "reset" | "hang" | "forwarded";
  /** From the request's last byte to the answer, in milliseconds. */
  readonly durationMs: number;
  /** False where the sender had gone before the answer went out. */
  readonly sent: boolean;
}

export interface ForwardEvent {
  readonly type: "forward";
  readonly requestId: string;
  readonly url: string;
  readonly status: number | null;
  readonly durationMs: number;
  readonly headers: readonly HeaderPair[];
  readonly body: EncodedBytes;
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** One run of the `--on-verified` command. */
export interface CommandEvent {
  readonly type: "command";
  readonly requestId: string;
  readonly eventId: string | null;
  /** Null where it was ended by a signal, the time limit included, or did not start. */
  readonly exitCode: number | null;
  readonly timedOut: boolean;
  readonly durationMs: number;
  /** The beginning of what it printed, both streams. */
  readonly output: string;
  readonly error: string | null;
}

export interface NoticeEvent {
  readonly type: "notice";
  readonly code: string;
  readonly message: string;
  /** The status it was answered with, for a refused request. */
  readonly status: number | null;
  readonly remote: string | null;
  /** The first bytes of what came; one character is one byte. */
  readonly start: string | null;
}

export type EndReason = "met" | "timeout" | "stopped";

export interface SummaryEvent {
  readonly type: "summary";
  readonly reason: EndReason;
  readonly requests: number;
  readonly valid: number;
  readonly invalid: number;
  readonly unverified: number;
  /** Requests that `--count` and `--until` ask for. */
  readonly matched: number;
  /** Requests of other event types than `--events` names. */
  readonly filtered: number;
  /** Connections whose request could not be taken. */
  readonly refused: number;
  readonly events: number;
  readonly capture: string;
  readonly durationMs: number;
}
