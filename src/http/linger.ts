import type { ServerResponse } from "node:http";

/** How long a sender may keep sending unwanted data before its connection is closed. */
const lingerMs = 2000;

/** Responds before the request is complete, and discards the rest of it so that the sender can read the response. */
export const respondEarly = (response: ServerResponse, status: number): void => {
  const { req } = response;
  response.writeHead(status, { Connection: "close", "Content-Length": 0 });
  response.flushHeaders();
  const done = (): void => {
    clearTimeout(timer);
    response.end();
  };
  const timer = setTimeout(done, lingerMs);
  if (req.complete || req.headers.expect !== undefined) done();
  else req.once("end", done).resume();
  response.once("close", () => clearTimeout(timer));
};
