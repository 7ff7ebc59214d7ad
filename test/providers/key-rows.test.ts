import { describe, expect, test } from "vitest";
import type { Profile } from "../../src/providers/profile.ts";
import { profileSchema } from "../../src/providers/schema.ts";
import type { HeaderPair, WebhookRequest } from "../../src/request/request.ts";
import { buildRequest } from "../../src/signature/build-request.ts";
import { verify } from "../../src/signature/verify.ts";
import { Secret } from "../../src/values/secret.ts";
import { keyRows } from "./key-rows.ts";
import type { KeyRow, RowRequest } from "./key-rows.ts";

const at = 1_700_000_000_000;

const profileOf = ({ id, schemes, contentType }: KeyRow): Profile =>
  profileSchema.parse({
    id: id.replaceAll("_", "-"),
    name: id,
    schemes,
    ...(contentType === undefined ? {} : { contentType }),
  });

const ours = (row: KeyRow): WebhookRequest => {
  const key = new Secret("key", row.secret);
  return buildRequest({
    profile: profileOf(row),
    secret: row.shared === undefined ? key : new Secret("shared", row.shared),
    ...(row.shared === undefined ? {} : { key }),
    body: Buffer.from(row.body),
    url: row.url,
    eventId: "69cd13f0-d67a-11e5-baa3-778b53f4ae55",
    eventType: null,
    attempt: 0,
    at,
    uuid: () => "u",
  }).request;
};

const theirs = (row: KeyRow): WebhookRequest => {
  const { headers, body } = row.sign(row.body, row.url, at / 1000);
  const { pathname, search, host } = new URL(row.url);
  return {
    method: "POST",
    target: `${pathname}${search}`,
    url: row.url,
    httpVersion: "1.1",
    headers: [["Host", host], ["Content-Type", row.contentType ?? "application/json"], ...Object.entries(headers)],
    body: Buffer.from(body),
  };
};

const judged = (row: KeyRow, request: WebhookRequest, when = at) => {
  const key = new Secret("public key", row.publicKey ?? row.secret);
  return row.shared === undefined
    ? verify(request, profileOf(row), [key], { at: when })
    : verify(request, profileOf(row), [new Secret("shared", row.shared)], { at: when, keys: [key] });
};

const asRow = ({ method, url = "", headers, body }: WebhookRequest): RowRequest => ({
  method,
  url,
  headers: Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value])),
  body: body.toString(),
});

/** The row's verdict; what it cannot even read is refused. */
const accepted = (row: KeyRow, request: WebhookRequest): boolean => {
  try {
    return row.verify(asRow(request), at / 1000);
  } catch {
    return false;
  }
};

/** The request with one letter of the signature changed, and with another body where that is signed. */
const tampered = (row: KeyRow, request: WebhookRequest): readonly WebhookRequest[] => {
  const body = request.body.toString();
  const changed = [
    ...request.headers.flatMap(([name, value]) => {
      if (!/sig|verification|authorization/i.test(name)) return [];
      const [digits = ""] = (value.match(/[\w+/-]+/g) ?? []).toSorted((a, b) => b.length - a.length);
      const at = value.indexOf(digits) + digits.length - 24;
      // In hex, "a" and "A" are the same digit.
      const other = value[at]?.toUpperCase() === "A" ? "B" : "A";
      return [withHeader(request, [name, `${value.slice(0, at)}${other}${value.slice(at + 1)}`])];
    }),
    ...(row.coversBody
      ? [{ ...request, body: Buffer.from(body.replace(/[a-z]{3}/, (text) => text.toUpperCase())) }]
      : []),
  ];
  return row.id === "aws_sns" ? [{ ...request, body: Buffer.from(body.replace("Hello", "hello")) }] : changed;
};

const withHeader = (request: WebhookRequest, [name, value]: HeaderPair): WebhookRequest => ({
  ...request,
  headers: request.headers.map((pair) => (pair[0] === name ? [name, value] : pair)),
});

describe.each(keyRows.map((row) => [row.id, row] as const))("%s", (_, row) => {
  test("an independent verifier for the row accepts what hookproof signs", () => {
    expect(accepted(row, ours(row))).toBe(true);
  });

  test("hookproof accepts what an independent signer for the row signs", () => {
    const verdict = judged(row, theirs(row));
    expect(verdict.findings).toEqual([]);
    expect(verdict.valid).toBe(true);
    expect(judged(row, ours(row)).valid).toBe(true);
  });

  test("both refuse what was tampered with", () => {
    const all = [...tampered(row, ours(row)), ...tampered(row, theirs(row))];
    expect(all.length).toBeGreaterThan(1);
    for (const request of all) expect([accepted(row, request), judged(row, request).valid]).toEqual([false, false]);
  });

  test("another key is refused", () => {
    const other = keyRows.find((one) => one.secret !== row.secret && one.publicKey !== row.publicKey);
    const key = new Secret("other", row.publicKey === undefined ? "another" : (other?.publicKey ?? ""));
    const secrets = row.shared === undefined ? [key] : [new Secret("shared", row.shared)];
    expect(verify(theirs(row), profileOf(row), secrets, { at, keys: [key] }).valid).toBe(false);
  });
});
