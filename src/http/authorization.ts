import { requestUrl, sameName } from "../request/request.ts";
import type { Transport } from "./client.ts";

/** Credentials for one server, sent to no other. */
export interface Authorization {
  /** Scheme, host and port. */
  readonly origin: string;
  /** The header's value. */
  readonly value: string;
}

/**
 * Wraps a transport so that it adds the header when sending, replacing an existing one. The header never appears in
 * requests that are shown, logged or queued, nor in the reported head.
 */
export const withAuthorization = (transport: Transport, { origin, value }: Authorization): Transport => ({
  async exchange(request, options) {
    const url = requestUrl(request);
    if (url === undefined || new URL(url).origin !== origin) return transport.exchange(request, options);
    const others = request.headers.filter(([name]) => !sameName(name, "authorization"));
    const sent = { ...request, headers: [...others, ["Authorization", value] as const] };
    const exchange = await transport.exchange(sent, options);
    return { ...exchange, head: exchange.head.replaceAll(value, `${value.split(" ", 1)[0] ?? ""} ***`) };
  },
  close: () => transport.close(),
});
