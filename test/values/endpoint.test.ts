import { describe, expect, test } from "vitest";
import { endpointWithUser } from "../../src/values/endpoint.ts";
import { HookproofError } from "../../src/errors.ts";

const refusalOf = (text: string): HookproofError => {
  try {
    endpointWithUser(text);
  } catch (error) {
    if (error instanceof HookproofError) return error;
    throw error;
  }
  throw new Error(`'${text}' was taken`);
};

describe("an endpoint as a person types it", () => {
  test.each([
    ["3000", "localhost:3000"],
    ["3000?x", "localhost:3000"],
    ["3000\\hooks", "localhost:3000"],
    ["3000 ", "localhost:3000"],
    [" 3000/hooks\n", "localhost:3000"],
    ["127.1:3000", "127.0.0.1:3000"],
    ["0.0.0.0:3000", "0.0.0.0:3000"],
    ["[::1]:3000", "[::1]:3000"],
  ])("%j leads to %s", (text, host) => expect(new URL(endpointWithUser(text).url).host).toBe(host));

  // `URL` would connect to 0.0.11.184, or to a host named "hooks" or "http".
  test.each([
    "3000:",
    "3000.",
    "３０００",
    "/hooks",
    "//host",
    "\\\\host",
    "http:///hooks",
    "http:3000",
    "https:/example.com",
  ])("%j is refused", (text) => expect(refusalOf(text).message).toContain("is not an http or https URL"));

  test.each(["//joe:hunter2x@host", "http:///joe:hunter2x@host", "http:/joe:hunter2x@host", "joe:hunter2x@3000"])(
    "%j is refused without its password",
    (text) => expect(refusalOf(text).message).not.toContain("hunter2x"),
  );

  test("a line break or tab inside is refused, not dropped", () => {
    expect(refusalOf("http://a\tb:3000").code).toBe("usage");
    expect(refusalOf("localhost:3000/a\r\nX-Y: z").code).toBe("usage");
  });

  test("only a port that is too high is told to be one", () => {
    expect(refusalOf("localhost:99999").hint).toContain("port");
    expect(refusalOf("::1").hint).not.toContain("port");
    expect(refusalOf("http:3000").hint).not.toContain("port");
  });
});
