import { expect, test } from "vitest";
import { compareRequests } from "../../src/compare/compare.ts";
import type { WebhookRequest } from "../../src/request/request.ts";

const request = (body: Buffer): WebhookRequest => ({ method: "POST", target: "/hooks", headers: [], body });

/** Bodies of so many bytes, compared. */
export const largeBodies = (size: number): void => {
  test.each([
    [
      "that differ in one byte",
      Buffer.alloc(size, "x"),
      Buffer.concat([Buffer.alloc(size / 2, "x"), Buffer.from("y"), Buffer.alloc(size / 2, "x")]),
    ],
    ["that differ throughout", Buffer.alloc(size, "ab"), Buffer.alloc(size, "cd")],
    ["of spaces", Buffer.alloc(size / 2, " "), Buffer.concat([Buffer.alloc(size / 2, " "), Buffer.from("x")])],
  ])(`${size / 1e6} MB %s do not take long`, (_name, sent, received) => {
    expect(compareRequests(request(sent), request(received)).identical).toBe(false);
  });
};
