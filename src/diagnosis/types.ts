import type { FindingCode } from "../signature/verdict.ts";

/** One change to the received request that is needed for the signature to match. */
export interface Step {
  readonly code: FindingCode;
  /** Completes "the signature matches once …". */
  readonly done: string;
  /** The usual culprit; if absent, that of the finding code. Null if there is none. */
  readonly culprit?: string | null;
  /** The fix; if absent, that of the finding code. */
  readonly fix?: string;
  /** A sentence added at the end. */
  readonly more?: string;
  /** `scheme` if it describes how the signature is made. */
  readonly about?: "scheme";
  /** Offset in the received body of the first byte that differs. */
  readonly firstByte?: number | null;
  /** The number of places that differ, if they can be counted. */
  readonly places?: number;
}

/** A change of a body, computed on demand. */
export interface BodyChange {
  /**
   * How unlikely the change is: 1 or 2 for what common tools do by default, 3 for a frequent mistake, 4 to 6 for a rare
   * one. The search adds up the costs of a combination and tries the cheapest first. The limits are `maxCost` and
   * `nestedCost` in `bodies.ts` for bodies, and `maxTotal` in `search.ts` for bodies, keys and contents together.
   */
  readonly cost: number;
  /** The cost of computing it besides writing the body, in hashed bytes. */
  readonly work?: number;
  /** Tried only if nothing but the body is changed, because there are very many changes of this kind. */
  readonly isBodyOnly?: true;
  /** The changed bytes; undefined if the change doesn't apply. */
  readonly bytes: () => Buffer | undefined;
  /** Describes the change; called only for a match. */
  readonly steps: (before: Buffer, after: Buffer) => readonly Step[];
}

/**
 * A family of body changes. `layer` orders them: a change is applied after those of a lower or equal layer, never
 * before. Use 1 to remove something around the body (compression, charset, wrappers), 2 to rewrite the JSON (only one
 * is applied), 3 to add something at its ends or around it.
 */
export interface Transform {
  readonly family: string;
  readonly layer: 1 | 2 | 3;
  /** `received`: the result doesn't depend on the body, so it isn't applied to changed bodies. */
  readonly to?: "received";
  /** Too expensive and too rare for changed bodies above 64 KiB. */
  readonly isExpensive?: true;
  /** The maximum cost of further changes on top of this one. */
  readonly nested?: number;
  readonly changes: (body: Body) => Iterable<BodyChange>;
}

/** A body with data shared by several transforms. */
export interface Body {
  readonly bytes: Buffer;
  /** The text, if it is UTF-8. */
  readonly text: string | undefined;
  /** What the request's headers say about the body. */
  readonly facts: BodyFacts;
  /** More expensive changes aren't considered. */
  readonly room: number;
  /**
   * Accounts for work that is expensive in large bodies, in hashed bytes, before it is done. False means: over budget,
   * skip it.
   */
  readonly affords: (work: number) => boolean;
}

export interface BodyFacts {
  readonly contentLength: number | undefined;
  readonly contentEncoding: string | undefined;
  readonly contentType: string | undefined;
}

/** A change with a fixed description. */
export const change = (cost: number, step: Omit<Step, "firstByte">, bytes: () => Buffer | undefined): BodyChange => ({
  cost,
  bytes,
  steps: (before, after) => [{ ...step, firstByte: firstDifference(before, after) }],
});

/** The offset of the first byte that differs, or null if they are equal. */
export const firstDifference = (a: Buffer, b: Buffer): number | null => {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) if (a[at] !== b[at]) return at;
  return a.length === b.length ? null : length;
};
