import { expect, test } from "vitest";
import { refuseLeaks } from "../../src/evidence/bundle/make.ts";
import { leaks, plant, plantIds } from "./planted.ts";

test("no planted secret survives, of any kind, in any surroundings", () => {
  const { planted, survived } = plant(1, 700);
  expect(survived.slice(0, 5)).toEqual([]);
  // How often each kind was planted: a kind that is not planted shows nothing.
  expect(Object.fromEntries(planted)).toMatchInlineSnapshot(`
    {
      "assignment": 87,
      "card": 4,
      "command": 128,
      "configuration": 56,
      "connection string": 24,
      "email": 4,
      "form": 16,
      "header list": 100,
      "iban": 4,
      "known: UTF-16": 4,
      "known: \\x escapes": 4,
      "known: a Buffer": 4,
      "known: a Buffer in JSON": 4,
      "known: a byte array": 4,
      "known: a byte array with signs": 4,
      "known: base32": 4,
      "known: base32 inside": 4,
      "known: base64": 4,
      "known: base64 inside": 4,
      "known: base64 of UTF-16": 4,
      "known: base64 split over lines": 4,
      "known: base64url": 4,
      "known: every byte percent": 4,
      "known: every character escaped": 4,
      "known: hex": 4,
      "known: hex in capitals": 4,
      "known: hex with separators": 4,
      "known: html entities": 4,
      "known: html entities in hex": 4,
      "known: html names": 4,
      "known: json": 4,
      "known: json in json": 4,
      "known: octal escapes": 4,
      "known: percent": 4,
      "known: percent in small letters": 4,
      "known: percent twice": 4,
      "known: plain": 4,
      "known: quoted-printable": 4,
      "known: split over lines": 4,
      "known: the first 20": 4,
      "known: the last 20": 4,
      "netrc": 12,
      "otp": 4,
      "phone": 4,
      "protocol": 48,
      "sentence": 28,
      "ssn": 4,
      "url": 45,
      "webhook url": 4,
    }
  `);
});

test("ids, times, sizes and addresses stay, whatever their digits", () => {
  expect(plantIds(2, 150).slice(0, 5)).toEqual([]);
});

test.each([...leaks(1), ...leaks(2), ...leaks(3)])(
  "the search of the finished archive finds a known secret, %s",
  (_kind, secret, text) => {
    expect(() => refuseLeaks([{ name: "a.txt", data: Buffer.from(text) }], [secret], [])).toThrow(
      /would end up in a\.txt/,
    );
  },
);
