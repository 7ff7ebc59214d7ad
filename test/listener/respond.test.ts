import { describe, expect, test } from "vitest";
import { describeReply, parseReplies, replyTo } from "../../src/listener/respond.ts";

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
    ["", "an answer is empty"],
    ["200,,500", "an answer is empty"],
    ["abc", "'abc' is no answer"],
    ["100", "'100' is no answer"],
    ["600", "'600' is no answer"],
    ["20", "'20' is no answer"],
    ["200;500", "'200;500' answers twice"],
    ["200:60%,500:50%", "the percentages add up to 110, not to 100"],
    ["200:60%,500", "give every answer its percentage, or none"],
    ["seq:200:60%,500:40%", "seq: goes by the request, percentages go by lot: choose one"],
    ["reset;x-a=1", "'reset;x-a=1' has headers but no answer to put them in"],
    ["hang;delay=1s", "hang never answers: a delay has no meaning there"],
    ["200;delay=1s;delay=2s", "'200;delay=1s;delay=2s' has two delays"],
    ["200;content-length=3", "content-length is set by the listener itself"],
    ["200;a b=3", "'a b' is not a header name"],
    ["200;x=\u001b[2J", "the value of x has characters that a header cannot hold"],
  ])("%j", (spec, why) => {
    expect(() => parseReplies(spec)).toThrow(`--respond '${spec}': ${why}`);
  });

  test("a delay that is no duration says so", () => {
    expect(() => parseReplies("delay=soon")).toThrow("'soon' is not a duration");
  });
});
