import type { HeaderPair } from "../request/request.ts";
import type { Comparison } from "./compare.ts";
import { headerCulprit } from "./words.ts";

/** One difference between the two lists of headers. */
export type HeaderChange = Comparison["headers"][number];

/** All header changes: names, spelling, values, repetitions and order. */
export const compareHeaders = (
  sent: readonly HeaderPair[],
  received: readonly HeaderPair[],
): readonly HeaderChange[] => {
  const [before, after] = [grouped(sent), grouped(received)];
  const names = [...new Set([...before.keys(), ...after.keys()])];
  return [
    ...names.flatMap((name) => changesOf(name, before.get(name) ?? [], after.get(name) ?? [])),
    ...movedHeaders(sent, received),
  ];
};

const grouped = (headers: readonly HeaderPair[]): ReadonlyMap<string, readonly HeaderPair[]> => {
  const groups = new Map<string, HeaderPair[]>();
  for (const pair of headers) {
    const key = pair[0].toLowerCase();
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [pair]);
    else group.push(pair);
  }
  return groups;
};

const change = (
  kind: HeaderChange["kind"],
  name: string,
  sent: readonly string[],
  received: readonly string[],
  offset: number | null = null,
): HeaderChange => ({ kind, name, sent, received, offset, culprit: headerCulprit(kind, name) });

const changesOf = (
  key: string,
  before: readonly HeaderPair[],
  after: readonly HeaderPair[],
): readonly HeaderChange[] => {
  const name = before[0]?.[0] ?? after[0]?.[0] ?? key;
  const [sent, received] = [before.map(([, value]) => value), after.map(([, value]) => value)];
  if (sent.length === 0) return [change("added", name, sent, received)];
  if (received.length === 0) return [change("removed", name, sent, received)];
  const spelled = new Map<string, HeaderChange>();
  for (const [index, [written]] of before.entries()) {
    const other = after[index]?.[0];
    if (other === undefined || other === written) continue;
    spelled.set(`${written} ${other}`, change("case", written, [written], [other], firstDifference(written, other)));
  }
  return [...spelled.values(), ...valueChanges(name, sent, received)];
};

const valueChanges = (name: string, sent: readonly string[], received: readonly string[]): readonly HeaderChange[] => {
  if (sent.length === received.length) {
    // The same values in another order count as moved.
    if (isSameSet(sent, received)) return [];
    return sent.flatMap((value, index) => {
      const other = received[index] ?? "";
      return value === other ? [] : [change("value", name, [value], [other], firstDifference(value, other))];
    });
  }
  const isJoined = (many: readonly string[], one: readonly string[]): boolean =>
    one.length === 1 && [", ", ",", "; "].some((by) => many.join(by) === one[0]);
  if (isJoined(sent, received)) return [change("merged", name, sent, received)];
  if (isJoined(received, sent)) return [change("split", name, sent, received)];
  return [change(sent.length > received.length ? "lost" : "added", name, sent, received)];
};

const firstDifference = (a: string, b: string): number => {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return at;
};

/** Headers on both sides whose order changed: all except the longest run in the same order. */
const movedHeaders = (sent: readonly HeaderPair[], received: readonly HeaderPair[]): readonly HeaderChange[] => {
  const partners = partnersOf(sent, received);
  const common = sent.flatMap(([name], from) => {
    const to = partners.get(from);
    return to === undefined ? [] : [{ name, from, to }];
  });
  const kept = longestRun(common.map(({ to }) => to));
  return common.flatMap(({ name, from, to }, index) =>
    kept.has(index) ? [] : [change("moved", name, [String(from + 1)], [String(to + 1)])],
  );
};

/**
 * Maps each sent header to its received one: the next with the same name. If copies were lost, added or reordered,
 * equal values are paired first.
 */
const partnersOf = (sent: readonly HeaderPair[], received: readonly HeaderPair[]): ReadonlyMap<number, number> => {
  const [before, after] = [grouped(sent), grouped(received)];
  const values = (pairs: readonly HeaderPair[] = []): readonly string[] => pairs.map(([, value]) => value);
  const byValue = new Set(
    [...before.keys()].filter((key) => {
      const [a, b] = [values(before.get(key)), values(after.get(key))];
      return a.length !== b.length || isSameSet(a, b);
    }),
  );
  const partners = new Map<number, number>();
  const usedIndexes = new Set<number>();
  const pairUp = (idOf: (key: string, value: string) => string | undefined): void => {
    const places = new Map<string, number[]>();
    for (const [index, [name, value]] of received.entries()) {
      const id = usedIndexes.has(index) ? undefined : idOf(name.toLowerCase(), value);
      if (id === undefined) continue;
      const existing = places.get(id);
      if (existing === undefined) places.set(id, [index]);
      else existing.push(index);
    }
    for (const [from, [name, value]] of sent.entries()) {
      const id = partners.has(from) ? undefined : idOf(name.toLowerCase(), value);
      const to = id === undefined ? undefined : places.get(id)?.shift();
      if (to === undefined) continue;
      partners.set(from, to);
      usedIndexes.add(to);
    }
  };
  pairUp((key, value) => (byValue.has(key) ? `${key}: ${value}` : undefined));
  pairUp((key) => key);
  return partners;
};

const isSameSet = (a: readonly string[], b: readonly string[]): boolean => {
  const [one, other] = [a.toSorted(), b.toSorted()];
  return one.length === other.length && one.every((value, at) => value === other[at]);
};

/** Indexes of a longest increasing subsequence (patience sorting). */
const longestRun = (values: readonly number[]): ReadonlySet<number> => {
  const tails: number[] = [];
  const previous: number[] = [];
  values.forEach((value, index) => {
    let [low, high] = [0, tails.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((values[tails[middle] ?? 0] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    previous[index] = low > 0 ? (tails[low - 1] ?? -1) : -1;
    tails[low] = index;
  });
  const run = new Set<number>();
  for (let at = tails.at(-1) ?? -1; at >= 0; at = previous[at] ?? -1) run.add(at);
  return run;
};
