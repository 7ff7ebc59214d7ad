/** A differing byte range; one length is 0 for an insertion or deletion. */
interface ByteDifference {
  readonly sentOffset: number;
  readonly receivedOffset: number;
  readonly sentLength: number;
  readonly receivedLength: number;
}

interface ByteDifferences {
  readonly places: readonly ByteDifference[];
  /** False if the search stopped after `limit` ranges; the last one then covers the rest. */
  readonly complete: boolean;
}

/** This many equal bytes end a difference. */
const anchor = 6;
/** How far both sides are searched byte by byte before the wider search. */
const scanWindow = 96;
const wide = 65_536;

/**
 * Finds where two byte strings differ. Both sides are realigned after each difference, so that an inserted byte is one
 * difference. Linear except for a bounded search per difference; not always minimal.
 */
export const diffBytes = (sent: Buffer, received: Buffer, limit = 200): ByteDifferences => {
  const tail = commonSuffix(sent, received, commonPrefix(sent, received, 0, 0));
  const [sentEnd, receivedEnd] = [sent.length - tail, received.length - tail];
  const [a, b] = [sent.subarray(0, sentEnd), received.subarray(0, receivedEnd)];
  const places: ByteDifference[] = [];
  for (let i = 0, j = 0; ;) {
    const same = commonPrefix(a, b, i, j);
    i += same;
    j += same;
    if (i === a.length && j === b.length) return { places, complete: true };
    const isLast = places.length + 1 >= limit;
    const skip = isLast ? undefined : (nearStep(a, b, i, j) ?? wideStep(a, b, i, j));
    const [sentLength, receivedLength] = skip ?? [a.length - i, b.length - j];
    places.push(wholeCharacters(sent, received, { sentOffset: i, receivedOffset: j, sentLength, receivedLength }));
    if (skip === undefined) return { places, complete: !isLast };
    i += sentLength;
    j += receivedLength;
  }
};

/** Offset of the first differing byte; the shorter length if one is a prefix of the other. */
export const firstDifference = (a: Buffer, b: Buffer): number => commonPrefix(a, b, 0, 0);

const block = 65_536;

const commonPrefix = (a: Buffer, b: Buffer, i: number, j: number): number => {
  const end = Math.min(a.length - i, b.length - j);
  let same = 0;
  // Compare whole blocks first: bodies of many megabytes are mostly equal.
  while (same + block <= end && a.compare(b, j + same, j + same + block, i + same, i + same + block) === 0)
    same += block;
  while (same < end && a[i + same] === b[j + same]) same++;
  return same;
};

const commonSuffix = (a: Buffer, b: Buffer, prefix: number): number => {
  const end = Math.min(a.length, b.length) - prefix;
  let same = 0;
  while (same < end && a[a.length - 1 - same] === b[b.length - 1 - same]) same++;
  return same;
};

type Step = readonly [sent: number, received: number];

/** The smallest combined skip after which `anchor` bytes are equal. */
const nearStep = (a: Buffer, b: Buffer, i: number, j: number): Step | undefined => {
  for (let total = 1; total <= scanWindow; total++) {
    for (let x = 0; x <= total; x++) {
      if (isInStep(a, b, i + x, j + total - x)) return [x, total - x];
    }
  }
  return undefined;
};

const isInStep = (a: Buffer, b: Buffer, i: number, j: number): boolean => {
  if (i > a.length || j > b.length) return false;
  const length = Math.min(anchor, Math.max(a.length - i, b.length - j));
  for (let at = 0; at < length; at++) if (a[i + at] !== b[j + at] || i + at >= a.length) return false;
  return true;
};

const wideStep = (a: Buffer, b: Buffer, i: number, j: number): Step | undefined => {
  const width = 2 * anchor;
  const places = new Map<string, number>();
  for (let y = Math.min(b.length - width, j + wide); y >= j; y--) places.set(b.toString("latin1", y, y + width), y);
  for (let x = i; x <= Math.min(a.length - width, i + wide); x++) {
    const y = places.get(a.toString("latin1", x, x + width));
    if (y !== undefined) return [x - i, y - j];
  }
  return undefined;
};

/** Extends a range to whole UTF-8 characters, so that it can be shown as text. */
const wholeCharacters = (sent: Buffer, received: Buffer, place: ByteDifference): ByteDifference => {
  let back = 0;
  while (
    back < 3 &&
    back < place.sentOffset &&
    back < place.receivedOffset &&
    isContinuation(sent[place.sentOffset - back])
  )
    back++;
  const [sentEnd, receivedEnd] = [place.sentOffset + place.sentLength, place.receivedOffset + place.receivedLength];
  let on = 0;
  while (on < 3 && isContinuation(sent[sentEnd + on]) && sent[sentEnd + on] === received[receivedEnd + on]) on++;
  return {
    sentOffset: place.sentOffset - back,
    receivedOffset: place.receivedOffset - back,
    sentLength: place.sentLength + back + on,
    receivedLength: place.receivedLength + back + on,
  };
};

const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;
