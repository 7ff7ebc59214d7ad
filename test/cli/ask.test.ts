import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import { askOnTerminal } from "../../src/cli/ask.ts";
import { exitCodeFor } from "../../src/cli/exit.ts";

/** Asks, types keys, and keeps what the terminal got. */
const asked = (keys: string, hidden = false) => {
  const stdin = new PassThrough();
  const shown: string[] = [];
  const stderr = {
    write: (text: string | Uint8Array): boolean => shown.push(Buffer.from(text).toString("utf8")) > 0,
    once: (): void => undefined,
  };
  const answer = askOnTerminal({ stdin, stderr, signal: new AbortController().signal }, "sure? ", hidden);
  stdin.write(keys);
  return { answer, shown: () => shown.join("") };
};

describe("a question on the terminal", () => {
  test("stands there after the line was drawn, with what is typed", async () => {
    const { answer, shown } = asked("y\r");
    expect(await answer).toBe("y");
    const visible = shown().split("\u001b[0J").at(-1);
    expect(visible).toMatch(/^sure\? .*y/s);
  });

  test("for a secret shows nothing of the answer", async () => {
    const { answer, shown } = asked("hunter2\r", true);
    expect(await answer).toBe("hunter2");
    expect(shown()).toBe("sure? \n");
  });

  test.each([false, true])("Ctrl-C is an interruption, not a bug (hidden: %s)", async (hidden) => {
    const { answer } = asked("\u0003", hidden);
    await expect(answer.catch(exitCodeFor)).resolves.toBe(130);
  });

  test.each([false, true])("Ctrl-D is an empty answer (hidden: %s)", async (hidden) => {
    expect(await asked("\u0004", hidden).answer).toBe("");
  });
});
