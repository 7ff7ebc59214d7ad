import type { FindingCode } from "../signature/verdict.ts";

/** One part of an explanation: what has to be done to what was received so that the signature matches. */
export interface Step {
  readonly code: FindingCode;
  /** Completes "the signature matches once …". */
  readonly done: string;
  /** Who or what usually does it; the code's own culprit unless given. */
  readonly culprit?: string | null;
  /** What to do about it; the code's own fix unless given. */
  readonly fix?: string;
  /** A sentence after the rest. */
  readonly more?: string;
  /** `scheme` where it says how the signature is made, which a profile describes. */
  readonly about?: "scheme";
  /** Offset in the received body of the first byte that differs. */
  readonly firstByte?: number | null;
  /** How many places differ, where they can be counted. */
  readonly places?: number;
}

/** A change of a body, made only when it is looked at. */
export interface BodyChange {
  /**
   * How unlikely the change is: 1 or 2 for what common tools do by themselves, 3 for a frequent slip, 4 to 6 for a rare
   * one. The search tries the cheapest explanations first, and adds up what one is made of: `maxCost` and `nestedCost`
   * in `bodies.ts` say how far it goes with bodies, `maxTotal` in `search.ts` with bodies, keys and contents together.
   */
  readonly cost: number;
  /** What making it takes besides writing the body, as bytes hashed in the same time. */
  readonly work?: number;
  /** Whether it is tried only where nothing but the body was changed: there are many of its kind. */
  readonly isBodyOnly?: true;
  /** The changed bytes; undefined where they cannot be made. */
  readonly bytes: () => Buffer | undefined;
  /** What was changed; called only for a match. */
  readonly steps: (before: Buffer, after: Buffer) => readonly Step[];
}

/**
 * A family of body changes. `layer` says when it is applied: after families of a lower or the same layer, never before
 * them. Choose 1 for what removes something around the body (compression, charset, wrappers), so that the content can be
 * read; 2 for what rewrites the JSON, of which one is applied; 3 for what adds something at its ends or around it.
 */
export interface Transform {
  readonly family: string;
  readonly layer: 1 | 2 | 3;
  /** `received`: what comes of it does not depend on the body, so it is applied to no changed one. */
  readonly to?: "received";
  /** Too dear and too rare for changed bodies of more than 64 KiB. */
  readonly isExpensive?: true;
  /** What is made of a change may be changed further at this cost at most. */
  readonly nested?: number;
  readonly changes: (body: Body) => Iterable<BodyChange>;
}

/** A body under examination, with what several transforms ask of it. */
export interface Body {
  readonly bytes: Buffer;
  /** As text where it is UTF-8. */
  readonly text: string | undefined;
  /** What the request's headers say about the body. */
  readonly facts: BodyFacts;
  /** Changes dearer than this are not looked at. */
  readonly room: number;
  /**
   * Counts work that is dear in a large body, as bytes hashed in the same time, before it is begun.
   * False where the budget has no room for it: it must be left out then.
   */
  readonly affords: (work: number) => boolean;
}

export interface BodyFacts {
  readonly contentLength: number | undefined;
  readonly contentEncoding: string | undefined;
  readonly contentType: string | undefined;
}

/** A change with fixed words. */
export const change = (cost: number, step: Omit<Step, "firstByte">, bytes: () => Buffer | undefined): BodyChange => ({
  cost,
  bytes,
  steps: (before, after) => [{ ...step, firstByte: firstDifference(before, after) }],
});

/** The offset of the first byte that differs, null where both are equal. */
export const firstDifference = (a: Buffer, b: Buffer): number | null => {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) if (a[at] !== b[at]) return at;
  return a.length === b.length ? null : length;
};
