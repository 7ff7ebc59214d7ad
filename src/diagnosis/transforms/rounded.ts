import { readJson } from "../../values/json-text.ts";
import { change } from "../types.ts";
import type { Body, BodyChange, Transform } from "../types.ts";
import { numbersWithPlaces } from "./json/numbers.ts";

const maxJson = 64 * 1024;
const reading = 80;
/** The maximum number of integers tried for one rounded number; some 64-bit numbers have about this many. */
const maxNeighbours = 2100;

/**
 * Restores an integer beyond 2^53 that a floating-point parser, such as JavaScript's, has rounded: the original is
 * nearby.
 */
export const rounded: Transform = {
  family: "rounded",
  layer: 1,
  nested: 0,
  *changes({ text, affords }: Body): Iterable<BodyChange> {
    if (text === undefined || text.length > maxJson || !/\d{16}/.test(text) || !affords(text.length * reading)) return;
    const root = readJson(text);
    if (root === undefined) return;
    const large = numbersWithPlaces(root).filter(({ raw }) => /^-?\d{16,19}$/.test(raw) && isRounded(raw));
    const values = new Set(large.map(({ raw }) => raw));
    const [raw] = values;
    if (raw === undefined || values.size > 1) return;
    const written = (by: string): Buffer => {
      const parts: string[] = [];
      let from = 0;
      for (const { start, end } of large) {
        parts.push(text.slice(from, start), by);
        from = end;
      }
      return Buffer.from(parts.join("") + text.slice(from));
    };
    for (const near of neighbours(raw)) {
      const step = {
        code: "body-numbers",
        done: `${raw} is changed back to ${near}: integers beyond 2^53 were rounded`,
        culprit: "JSON.parse() or another parser that reads every number as floating point",
        places: large.length,
      } as const;
      yield { ...change(4, step, () => written(near)), isBodyOnly: true };
    }
  },
};

const isRounded = (raw: string): boolean => Math.abs(Number(raw)) > 2 ** 53 && String(Number(raw)) === raw;

/** The integers that round to this one, nearest first. */
function* neighbours(raw: string): Iterable<string> {
  const middle = BigInt(raw);
  const wanted = Number(raw);
  let remaining = maxNeighbours;
  for (let step = 1n; remaining > 0; step++) {
    const near = [middle + step, middle - step].filter((one) => Number(one) === wanted);
    if (near.length === 0) return;
    for (const one of near) {
      remaining--;
      yield String(one);
    }
  }
}
