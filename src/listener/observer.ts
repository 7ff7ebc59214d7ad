import type { Place } from "../storage/journal.ts";
import type { ForwardEvent, RequestEvent, ResponseEvent } from "./events.ts";

/** Watches what becomes of each request, as it happens. It must not throw, and be quick: senders wait for it. */
export interface Observer {
  /** A request was written to the capture, and has no response yet. @param place where; undefined where it could not be written */
  received(event: RequestEvent, place: Place | undefined): void;
  /** The cause of its invalid signature was searched for. */
  explained(event: RequestEvent): void;
  /** A target answered. @param place where that is in the capture */
  forwarded(event: ForwardEvent, place: Place | undefined): void;
  responded(event: ResponseEvent): void;
}
