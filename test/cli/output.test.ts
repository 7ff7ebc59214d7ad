import { execFile } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { lazyOutput } from "../../src/cli/output.ts";
import type { Output } from "../../src/cli/system.ts";
import { bin, run, temporaryFolder } from "../support/run.ts";

/** A stream that remembers what it was given. */
const remembering = (): { readonly stream: () => Output; readonly given: string[]; readonly made: () => number } => {
  const given: string[] = [];
  let made = 0;
  const output: Output = {
    write: (text) => given.push(Buffer.from(text).toString("utf8")) > 0,
    once: () => undefined,
    isTTY: true,
    columns: 99,
  };
  return {
    given,
    made: () => made,
    stream: () => {
      made++;
      return output;
    },
  };
};

const intoFile = (use: (fd: number) => void): string => {
  const path = join(temporaryFolder(), "out");
  const fd = openSync(path, "w");
  use(fd);
  closeSync(fd);
  return readFileSync(path, "utf8");
};

describe("an output whose stream is made late", () => {
  test("what is said first goes straight into a file, and no stream is made", () => {
    const { stream, made } = remembering();
    const text = intoFile((fd) => {
      const output = lazyOutput(fd, stream);
      expect(output.isTTY).toBe(false);
      expect(output.columns).toBeUndefined();
      expect(output.write("é\n")).toBe(true);
    });
    expect(text).toBe("é\n");
    expect(made()).toBe(0);
  });

  test("what is said later is the stream's", () => {
    const { stream, given } = remembering();
    const text = intoFile((fd) => {
      const output = lazyOutput(fd, stream);
      output.write("1");
      output.write("2");
      output.write(Buffer.from("3"));
    });
    expect(text).toBe("1");
    expect(given).toEqual(["2", "3"]);
  });

  test("more than an empty pipe takes is the stream's", () => {
    const { stream, given } = remembering();
    const text = intoFile((fd) => lazyOutput(fd, stream).write("x".repeat(65_537)));
    expect(text).toBe("");
    expect(given.join("")).toHaveLength(65_537);
  });

  test("what cannot be written is left to the stream to report", () => {
    const { stream, given } = remembering();
    const path = join(temporaryFolder(), "out");
    closeSync(openSync(path, "w"));
    const fd = openSync(path, "r");
    lazyOutput(fd, stream).write("lost");
    closeSync(fd);
    expect(given).toEqual(["lost"]);
  });

  test("what is neither pipe nor file has the stream's terminal and width", () => {
    const { stream } = remembering();
    const fd = openSync("/dev/null", "w");
    expect(lazyOutput(fd, stream)).toMatchObject({ isTTY: true, columns: 99 });
    closeSync(fd);
  });
});

test.skipIf(!existsSync("/dev/full"))("a full disk behind stdout is one line of error and exit 3", async () => {
  const command = `"${process.execPath}" "${bin}" --help > /dev/full`;
  const { code, stdout, stderr } = await new Promise<{ code: unknown; stdout: string; stderr: string }>((done) => {
    execFile("sh", ["-c", command], { env: { HOOKPROOF_HOME: temporaryFolder() } }, (error, out, err) =>
      done({ code: error?.code, stdout: out, stderr: err }),
    );
  });
  expect({ code, stdout, stderr }).toEqual({
    code: 3,
    stdout: "",
    stderr: "error: cannot write to standard output: the disk is full\n",
  });
});

describe("an empty answer of dlq list", () => {
  test("says whether the queue is empty or the filter leaves nothing", async () => {
    expect((await run(["dlq", "list"])).stderr).toBe("the DLQ is empty\n");
    expect((await run(["dlq", "list", "--type", "x"])).stderr).toContain(
      "nothing in the DLQ matches; `hookproof dlq stats`",
    );
  });

  test("is no answer to a time that ends before it begins", async () => {
    const { exit, stderr } = await run(["dlq", "list", "--since", "2h", "--until", "3h"]);
    expect([exit, stderr]).toEqual([2, expect.stringContaining("--since is later than --until")]);
  });
});
