import { describe, expect, test } from "vitest";
import { describeReply, parseReplies, replyTo, withFiles } from "../../src/listener/respond.ts";
import { startListening } from "./support.ts";

const never = (): number => {
  throw new Error("chance was not asked for");
};

/** The first five answers, each to a new request of one event. */
const firstFive = (spec: string): readonly string[] => {
  const script = parseReplies(spec);
  return [1, 2, 3, 4, 5].map((at) => describeReply(replyTo(script, at, at, never)));
};

describe("a script of answers", () => {
  test.each([
    ["200", ["200", "200", "200", "200", "200"]],
    ["500,503,200", ["500", "503", "200", "200", "200"]],
    ["seq:500,200", ["500", "200", "200", "200", "200"]],
    ["reset,200", ["reset", "200", "200", "200", "200"]],
    ["hang,500,200", ["hang", "500", "200", "200", "200"]],
    ["500;delay=2s,200", ["500 after 2000ms", "200", "200", "200", "200"]],
    ["delay=12s", Array(5).fill("200 after 12000ms")],
    ["reset;delay=1s,204", ["reset after 1000ms", "204", "204", "204", "204"]],
    ["429;retry-after=30,200", ["429 with retry-after: 30", "200", "200", "200", "200"]],
    [" 500 ; delay=5ms ; X-Why=it broke , 200 ", ["500 after 5ms with X-Why: it broke", "200", "200", "200", "200"]],
  ])("%s", (spec, expected) => {
    expect(firstFive(spec)).toEqual(expected);
  });

  test("by attempt looks at the event's attempt, seq: at the request", () => {
    const byAttempt = parseReplies("500,200");
    expect(replyTo(byAttempt, 1, 7, never).status).toBe(500);
    const byRequest = parseReplies("seq:500,200");
    expect(replyTo(byRequest, 7, 1, never).status).toBe(500);
    expect(replyTo(byRequest, 1, 7, never).status).toBe(200);
  });

  test.each([
    [0, 200],
    [0.59, 200],
    [0.6, 500],
    [0.999, 500],
  ])("200:60%%,500:40%% at the point %d of chance is %d", (point, status) => {
    expect(replyTo(parseReplies("200:60%,500:40%"), 1, 1, () => point).status).toBe(status);
  });

  test("a percentage may stand with any part of its answer", () => {
    const script = parseReplies("200;delay=1s:25%,reset:75%");
    expect(describeReply(replyTo(script, 1, 1, () => 0.1))).toBe("200 after 1000ms");
    expect(describeReply(replyTo(script, 1, 1, () => 0.3))).toBe("reset");
  });
});

describe("a script that makes no sense is refused, naming what is wrong", () => {
  test.each([
    ["", "a response is empty"],
    ["200,,500", "a response is empty"],
    ["abc", "'abc' is not a valid response"],
    ["100", "'100' is not a valid response"],
    ["600", "'600' is not a valid response"],
    ["20", "'20' is not a valid response"],
    ["200;500", "'200;500' has two responses"],
    ["200:60%,500:50%", "the percentages add up to 110, not to 100"],
    ["200:60%,500", "give every response a percentage, or none"],
    ["seq:200:60%,500:40%", "seq: is sequential and percentages are random: choose one"],
    ["reset;x-a=1", "'reset;x-a=1' has headers or a body but sends no response"],
    ["hang;delay=1s", "hang never responds: it cannot have a delay"],
    ["200;delay=1s;delay=2s", "'200;delay=1s;delay=2s' has two delays"],
    ["200;content-length=3", "content-length is set by the listener itself"],
    ["200;a b=3", "'a b' is not a header name"],
    ["200;x=\u001b[2J", "the value of x has characters that are not allowed in a header"],
  ])("%j", (spec, why) => {
    expect(() => parseReplies(spec)).toThrow(`--respond '${spec}': ${why}`);
  });

  test("a delay that is not a duration says so", () => {
    expect(() => parseReplies("delay=soon")).toThrow("'soon' is not a duration");
  });
});

describe("a body", () => {
  const bodies = (text: string): readonly unknown[] =>
    parseReplies(text).replies.map(({ body }) => (Buffer.isBuffer(body) ? body.toString() : body));

  test.each<[string, readonly unknown[]]>([
    ["200;body=hello", ["hello"]],
    ['200;type=application/json;body={"ok":true,"a":[1,2];3}', ['{"ok":true,"a":[1,2];3}']],
    ['500;body=[1,"],"],201', ['[1,"],"]', undefined]],
    ['body="a, b; \\"c\\"\\n";X-A=1,503;body=no', ['a, b; "c"\n', "no"]],
    ["200;body=@a.json", [{ file: "a.json" }]],
    ["200;body=", [""]],
  ])("of %s is %j", (text, expected) => {
    expect(bodies(text)).toEqual(expected);
  });

  test.each([
    ['200;body={"a":1', "is not closed"],
    ["204;body=x", "a 204 has no body"],
    ["reset;body=x", "headers or a body but sends no response"],
    ["200;body=a;body=b", "two bodies"],
    ["200;body=@", "needs a file name"],
  ])("%s is refused: %s", (text, message) => {
    expect(() => parseReplies(text)).toThrow(message);
  });

  test("goes out with its length and type, to HEAD and a file's too", async () => {
    const script = await withFiles(parseReplies('200;body={"ok":true},200;X-A=1;body=@x'), async () =>
      Buffer.from("é"),
    );
    const listening = await startListening({ script });
    const send = () => fetch(listening.url, { method: "POST", body: "{}" });
    const first = await send();
    expect([first.headers.get("content-type"), await first.text()]).toEqual(["application/json", '{"ok":true}']);
    const second = await send();
    expect([second.headers.get("content-type"), second.headers.get("x-a"), await second.text()]).toEqual([
      "text/plain; charset=utf-8",
      "1",
      "é",
    ]);
    await listening.stop();
  });
});
