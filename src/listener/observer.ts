import type { Place } from "../storage/journal.ts";
import type { ForwardEvent, RequestEvent, ResponseEvent } from "./events.ts";

/** Observes each request's progress. Implementations must not throw and must be fast, because senders wait for them. */
export interface Observer {
  /**
   * A request was written to the capture; it has no response yet. @param place its place in the capture; undefined if
   * it couldn't be written
   */
  received(event: RequestEvent, place: Place | undefined): void;
  /** The search for the cause of its invalid signature has ended. */
  explained(event: RequestEvent): void;
  /** A target responded. @param place the event's place in the capture */
  forwarded(event: ForwardEvent, place: Place | undefined): void;
  responded(event: ResponseEvent): void;
}
