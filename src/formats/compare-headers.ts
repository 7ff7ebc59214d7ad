import type { HeaderPair } from "../request/request.ts";
import { headerCulprit } from "./compare-words.ts";

export type HeaderChangeKind = "added" | "removed" | "value" | "case" | "merged" | "split" | "lost" | "moved";

/** One difference between the two lists of headers. */
export interface HeaderChange {
  readonly kind: HeaderChangeKind;
  /** As sent, or as received where it was added. */
  readonly name: string;
  /** What stood there: values, for `case` the name's spelling, for `moved` the place (from 1). */
  readonly sent: readonly string[];
  readonly received: readonly string[];
  /** For `value`: the first character (byte) that differs. */
  readonly offset: number | null;
  readonly culprit: string;
}

/** Every change of a header: in names, spelling, values, copies and order. */
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
  kind: HeaderChangeKind,
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
  const spelling = before.flatMap(([written], index) => {
    const other = after[index]?.[0];
    return other === undefined || other === written ? [] : [change("case", written, [written], [other])];
  });
  return [...spelling.slice(0, 1), ...valueChanges(name, sent, received)];
};

const valueChanges = (name: string, sent: readonly string[], received: readonly string[]): readonly HeaderChange[] => {
  if (sent.length === received.length) {
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

/** Headers that both have but not in the same order: all but the longest run that kept it. */
const movedHeaders = (sent: readonly HeaderPair[], received: readonly HeaderPair[]): readonly HeaderChange[] => {
  const places = new Map<string, number[]>();
  received.forEach(([name], index) => {
    const known = places.get(name.toLowerCase());
    if (known === undefined) places.set(name.toLowerCase(), [index]);
    else known.push(index);
  });
  const common = sent.flatMap(([name], from) => {
    const to = places.get(name.toLowerCase())?.shift();
    return to === undefined ? [] : [{ name, from, to }];
  });
  const kept = longestRun(common.map(({ to }) => to));
  return common.flatMap(({ name, from, to }, index) =>
    kept.has(index) ? [] : [change("moved", name, [String(from + 1)], [String(to + 1)])],
  );
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
