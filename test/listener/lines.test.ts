import { describe, expect, test } from "vitest";
import { requestLine } from "../../src/listener/lines.ts";
import { requestEvent } from "../../src/listener/request-event.ts";
import { inspector } from "../../src/listener/inspect.ts";
import type { HeaderPair } from "../../src/request/request.ts";
import { findProfile } from "../../src/providers/index.ts";

const lineOf = (headers: readonly HeaderPair[], target = "/hooks"): unknown => {
  const received = {
    request: { method: "POST", target, httpVersion: "1.1", headers, body: Buffer.from("{}"), receivedAt: 1 },
    overflow: false,
    receivedAt: 1,
    remote: "127.0.0.1",
  } as const;
  const inspect = inspector({
    candidates: [{ profile: findProfile("10x"), secrets: [] }],
    auto: false,
    secure: false,
  });
  const inspection = inspect(received, true);
  return JSON.parse(
    requestLine(requestEvent("req_1", 1, received, inspection, { onPath: true, probe: false, challenge: null })),
  );
};

describe("the line of a request", () => {
  test("holds every character a header can be made of, one by one and beside plain ones", () => {
    for (let code = 0; code <= 0xff; code++) {
      const char = String.fromCharCode(code);
      const headers: readonly HeaderPair[] = [
        ["Host", "receiver.test"],
        ["X-Odd", `a${char}b`],
        [`x${char}`, ""],
      ];
      expect(lineOf(headers)).toMatchObject({ headers });
    }
  });

  test("keeps order, case and duplicates, and an empty list", () => {
    const headers: readonly HeaderPair[] = [
      ["X-b", "1"],
      ["x-B", "2"],
      ["X-b", "1"],
    ];
    expect(lineOf(headers)).toMatchObject({ headers });
    expect(lineOf([])).toMatchObject({ headers: [] });
  });

  test("holds a target and an event id that JSON has to escape", () => {
    expect(lineOf([["x-arjun-event-type", 'a"b\\c\u00e9']], '/a"b?\\')).toMatchObject({
      target: '/a"b?\\',
      eventType: 'a"b\\c\u00e9',
    });
  });
});
