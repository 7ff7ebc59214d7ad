import { subscribe } from "node:diagnostics_channel";

/** Listeners for request heads, by connection. */
const listeners = new WeakMap<object, (head: string) => void>();

/**
 * Calls `onHead` with each request's head as undici writes it to a connection: the request line and one line per
 * header.
 */
export const onSentHead = (connection: object, onHead: (head: string) => void): void => {
  listeners.set(connection, onHead);
};

// undici publishes this when it writes a head; there is no other way to see the headers it adds.
subscribe("undici:client:sendHeaders", (message) => {
  if (typeof message !== "object" || message === null || !("socket" in message) || !("headers" in message)) return;
  const { socket, headers } = message;
  if (typeof socket === "object" && socket !== null && typeof headers === "string") listeners.get(socket)?.(headers);
});
