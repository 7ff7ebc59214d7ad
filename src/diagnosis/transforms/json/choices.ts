import type { NumberStyle } from "../../../values/json-numbers.ts";
import type { StringStyle } from "../../../values/json-strings.ts";
import type { KeyOrder, Spacing } from "../../../values/json-style.ts";

/** A value of one dimension of style: what it costs to believe in it, and what it changes. */
export interface Choice<T> {
  readonly value: T;
  readonly cost: number;
  /** Completes "the signature matches once …". */
  readonly done: string;
}

/** How strings may have been written: several changes of escapes, each with its own words. */
export interface StringChoice {
  readonly cost: number;
  readonly value: StringStyle;
  readonly parts: readonly StringPart[];
}

export interface StringPart {
  readonly value: StringStyle;
  readonly done: string;
}

/** One style of a whole document; what is absent is kept. */
export interface StyleSelection {
  readonly spacing?: Choice<Spacing>;
  readonly order?: Choice<KeyOrder>;
  readonly strings?: StringChoice;
  readonly numbers?: Choice<NumberStyle>;
}

/** The choices that a document has room for. */
export interface Choices {
  readonly spacing: readonly Choice<Spacing>[];
  readonly order: readonly Choice<KeyOrder>[];
  readonly strings: readonly StringChoice[];
  readonly numbers: readonly Choice<NumberStyle>[];
}

export interface CostedStyle {
  readonly cost: number;
  readonly picks: StyleSelection;
}

/** String changes that are made together. */
export const combined = (cost: number, parts: readonly StringPart[]): StringChoice => ({
  cost,
  value: Object.assign({}, ...parts.map((part) => part.value)),
  parts,
});
