import type { FetchDocument } from "../signature/key-fetch.ts";
import { createTransport } from "./client.ts";
import type { TransportOptions } from "./client.ts";

/**
 * Fetches small public documents, each with one GET on a separate connection, without credentials. Redirects aren't
 * followed, as the transport never does.
 * @param connection how to reach the platform: proxies, certificates
 */
export const documentFetcher =
  (connection: TransportOptions): FetchDocument =>
  async (url, { timeoutMs, maxBytes }) => {
    const transport = createTransport({ ...connection, maxBody: maxBytes + 1, endsAtMaxBody: true });
    try {
      const request = {
        method: "GET",
        target: url.pathname + url.search,
        url: url.href,
        httpVersion: "1.1",
        headers: [
          ["Host", url.host],
          ["Accept", "*/*"],
          ["User-Agent", "hookproof"],
        ] as const,
        body: Buffer.alloc(0),
      };
      const { status, body, error } = await transport.exchange(request, { timeoutMs });
      const isCut = body.length > maxBytes;
      // An exchange that was ended at the size limit has an error too.
      if (status !== null && (error === null || isCut)) return { status, body, isCut };
      return { failure: error?.message ?? "no answer" };
    } finally {
      await transport.close();
    }
  };
