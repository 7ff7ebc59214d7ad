import { subscribe } from "node:diagnostics_channel";

/** Who is told of a request's head, by the connection that it goes out on. */
const listeners = new WeakMap<object, (head: string) => void>();

/** Calls `told` with each request's head as undici writes it to a connection: the start line, and a line each for the headers. */
export const onSentHead = (connection: object, onHead: (head: string) => void): void => {
  listeners.set(connection, onHead);
};

// Published by undici at the moment at which it writes a head; nothing else tells what it adds.
subscribe("undici:client:sendHeaders", (message) => {
  if (typeof message !== "object" || message === null || !("socket" in message) || !("headers" in message)) return;
  const { socket, headers } = message;
  if (typeof socket === "object" && socket !== null && typeof headers === "string") listeners.get(socket)?.(headers);
});
