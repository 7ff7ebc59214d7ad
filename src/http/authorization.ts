import { requestUrl, sameName } from "../request/request.ts";
import type { Transport } from "./client.ts";

/** What lets requests into one server, and goes to no other. */
export interface Authorization {
  /** Scheme, host and port. */
  readonly origin: string;
  /** The header's value. */
  readonly value: string;
}

/**
 * A transport that adds the header as a request goes out, in place of one that is there: it stands in no request that is
 * shown, logged or kept in a queue, nor in the head that is told.
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
