import { expect, test } from "vitest";
import { plant, plantIds } from "./planted.ts";

test("no planted secret survives, of any kind, in any surroundings", () => {
  const { planted, survived } = plant(1, 700);
  expect(survived.slice(0, 5)).toEqual([]);
  // How often each kind was planted: a kind that is not planted shows nothing.
  expect(Object.fromEntries(planted)).toMatchInlineSnapshot(`
    {
      "assignment": 105,
      "card": 5,
      "command": 115,
      "connection string": 30,
      "email": 5,
      "form": 20,
      "header list": 100,
      "iban": 5,
      "known: UTF-16": 4,
      "known: \\x escapes": 5,
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
      "known: every character escaped": 5,
      "known: hex": 4,
      "known: hex in capitals": 4,
      "known: hex with separators": 4,
      "known: html entities": 5,
      "known: html entities in hex": 5,
      "known: html names": 5,
      "known: json": 5,
      "known: json in json": 5,
      "known: octal escapes": 5,
      "known: percent": 5,
      "known: percent in small letters": 5,
      "known: percent twice": 5,
      "known: plain": 5,
      "known: quoted-printable": 4,
      "known: split over lines": 4,
      "known: the first 20": 4,
      "known: the last 20": 4,
      "netrc": 15,
      "otp": 5,
      "phone": 5,
      "protocol": 60,
      "sentence": 35,
      "ssn": 5,
      "url": 45,
      "webhook url": 5,
    }
  `);
});

test("ids, times, sizes and addresses stay, whatever their digits", () => {
  expect(plantIds(2, 150).slice(0, 5)).toEqual([]);
});
