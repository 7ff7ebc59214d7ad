import type { Dlq, DlqEntry, DlqFilter } from "../../dlq/dlq.ts";
import { HookproofError } from "../../errors.ts";
import type { Unsendable } from "../../replay/replay.ts";
import { originForm } from "../../request/request.ts";
import { before } from "../../values/cut.ts";
import { endpointWithUser } from "../../values/endpoint.ts";
import { endpointUrl, isLoopback } from "../shared/targets.ts";

/** Where replayed events go. */
export interface Destination {
  /** The URL for one event, or why there is none; or `source` for the queue that each message came from. */
  readonly of: "source" | ((entry: Pick<DlqEntry, "url" | "request">) => string | Unsendable);
  /** All endpoints that the queue's events may be sent to. */
  readonly endpoints: (dlq: Dlq, filter: DlqFilter, limit: number) => Promise<readonly string[]>;
}

/**
 * Parses `--to`: `recorded` is the endpoint each event failed at, `source` the queue its message came from. A URL
 * without a path keeps each event's path and query.
 * @throws HookproofError `usage`
 */
export const destinationFor = (text: string): Destination => {
  if (isSource(text)) return { of: "source", endpoints: async () => [] };
  if (isRecorded(text)) return toRecorded();
  const url = before(endpointWithUser(text).url, "#");
  const isOrigin = /^https?:\/\/[^/?#]+$/i.test(url);
  return {
    of: isOrigin ? ({ request }) => url + originForm(request.target) : () => url,
    endpoints: async () => [url],
  };
};

/** Whether `--to` means the queue that each message came from. */
export const isSource = (text: string): boolean => text.toLowerCase() === "source";

/** Whether `--to` means the endpoint that each event failed at. */
export const isRecorded = (text: string): boolean => text.toLowerCase() === "recorded";

/**
 * Sends each event to the endpoint it failed at. After `endpoints` was called, only origins it returned, and this
 * machine, are allowed.
 */
export const toRecorded = (): Destination => {
  let asked: ReadonlySet<string> | undefined;
  return {
    of: ({ url }) => {
      const to = recordedUrl(url);
      if (typeof to !== "string" || asked === undefined) return to;
      const { origin, hostname, host } = new URL(to);
      // The event arrived after the confirmation, or the limit excluded it from the listing.
      if (asked.has(origin) || isLoopback(hostname)) return to;
      return { unsendable: `${host} was not confirmed: rerun the command, or add --yes` };
    },
    endpoints: async (dlq, filter, limit) => {
      const endpoints = await recordedIn(dlq, filter, limit);
      asked = new Set(endpoints.map((to) => new URL(to).origin));
      return endpoints;
    },
  };
};

const recordedUrl = (url: string | null): string | Unsendable => {
  if (url === null) return { unsendable: "the queue does not record the endpoint: pass --to URL" };
  try {
    return endpointUrl(url);
  } catch (error) {
    if (!(error instanceof HookproofError)) throw error;
    return { unsendable: `${error.message}: pass --to URL` };
  }
};

const recordedIn = async (dlq: Dlq, filter: DlqFilter, limit: number): Promise<readonly string[]> => {
  const found = new Map<string, string>();
  for await (const { url } of dlq.list(filter, limit)) {
    const to = recordedUrl(url);
    if (typeof to === "string") found.set(new URL(to).origin, to);
  }
  return [...found.values()];
};
