import { expect, test } from "vitest";
import { HookproofError } from "../../src/errors.ts";
import { readRequest, readRequests } from "../../src/formats/read.ts";
import type { Choice } from "../diagnosis/choice.ts";
import { run } from "../support/run.ts";
import { compact, exact, lossy, secret, spaced } from "./inputs.ts";

const now = Date.parse("2026-07-04T15:00:00Z");

/** What `verify` says of a request in any form. */
export const verified = async (text: string) => {
  const { stdout, stderr, exit } = await run(["verify", "-", "--secret", "env:S", "--json"], {
    stdin: text,
    env: { S: secret },
    now,
  });
  expect(stderr).toBe("");
  return {
    exit,
    verdict: JSON.parse(stdout) as { valid: boolean; cause: string; findings: { message: string }[]; notes: string[] },
  };
};

/** Forms that lost the body: each is read as that, and those that are chosen are searched by `verify` too. */
export const lossIsTold = (choose: Choice): void => {
  const all = Object.entries(lossy);
  test.each(all)("%s is read as having lost the body", async (_form, write) => {
    expect((await readRequest(Buffer.from(write(spaced)), "f")).lost).toMatch(/./);
  });

  test.each(choose(all, 9))("%s is told to have lost the body", async (_form, write) => {
    const { verdict } = await verified(write(spaced));
    const said = [...verdict.findings.map(({ message }) => message), ...verdict.notes].join("\n");
    expect(verdict).toMatchObject({ valid: false, cause: "unexplained" });
    expect(said).toMatch(/The file (?:that was read )?does not contain the request as it was sent: /);
  });
};

/** Whatever is read, it is an error of ours or a request. */
export const settles = async (bytes: Buffer): Promise<void> => {
  for (const read of [readRequest, readRequests]) {
    try {
      await read(bytes, "f");
    } catch (error) {
      if (!(error instanceof HookproofError)) throw error;
    }
  }
};

/** Every form, cut, turned round and with odd texts put in at so many places. */
export const damagedForms = (places: number): void => {
  const samples = Object.entries({ ...exact, ...lossy }).map(
    ([form, write]) => [form, Buffer.from(write(compact))] as const,
  );
  test.each(samples)("to %s is an error or a request", async (_form, bytes) => {
    for (let part = 0; part < places; part++) {
      const at = Math.floor((bytes.length * part) / places);
      await settles(bytes.subarray(0, at));
      await settles(Buffer.concat([bytes.subarray(at), bytes.subarray(0, at)]));
      for (const odd of [
        "\0",
        "{",
        '"',
        "'",
        "`",
        "[[[[",
        "\\u{110000}",
        "__proto__: {",
        "<Buffer 7b",
        "$(",
        "\r\n\r\n",
      ])
        await settles(Buffer.concat([bytes.subarray(0, at), Buffer.from(odd), bytes.subarray(at)]));
    }
  });
};
