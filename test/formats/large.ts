import { describe, expect, test } from "vitest";
import { readCurl } from "../../src/formats/curl.ts";
import { readRequest } from "../../src/formats/read.ts";
import { forms, odd } from "./forms.ts";

/** Requests of so many bytes in every form. */
export const largeRequests = (size: number): void => {
  describe(`${size / 1e6} MB`, () => {
    test.each(forms)("come back in %s, text or binary", async (_form, write) => {
      for (const body of [Buffer.alloc(size, '{"a":"b\\n"}'), Buffer.alloc(size, 0xfe)]) {
        const found = await readRequest(Buffer.from(write({ ...odd, body })), "f");
        expect(found.body.equals(body)).toBe(true);
        expect(found.headers.slice(0, 4)).toEqual(odd.headers);
      }
    });

    test("in a curl command are read in each quotation", () => {
      const body = `{"a":"${"x y z\\/0".repeat(size / 8)}"}`;
      for (const command of [
        `curl x.test -d '${body}'`,
        `curl x.test -d "${body.replaceAll('"', '\\"')}"`,
        `curl ^"x.test^" -d ^"${body.replaceAll('"', '^\\^"')}^"`,
      ]) {
        expect(readCurl(Buffer.from(command), "cmd.sh").body.length).toBe(body.length);
      }
    });

    test.each([
      ["one line of megabytes", Buffer.alloc(size / 2, "a")],
      ["a head of megabytes of spaces", Buffer.from(`POST / HTTP/1.1\nA: ${" ".repeat(size / 2)}x\n\n`)],
      ["megabytes of newlines", Buffer.concat([Buffer.from("POST / HTTP/1.1\n"), Buffer.alloc(size / 2, 0x0a)])],
    ])("that are no request do not take long: %s", async (_name, bytes) => {
      await readRequest(bytes, "f").catch((error: unknown) => expect(error).toMatchObject({ name: "HookproofError" }));
    });
  });
};
