import type { NumberStyle } from "../../../values/json-numbers.ts";
import type { StringStyle } from "../../../values/json-strings.ts";
import type { KeyOrder, Spacing } from "../../../values/json-style.ts";

/** One value for one aspect of JSON style (spacing, order, strings, numbers), with the cost of assuming it. */
export interface Choice<T> {
  readonly value: T;
  readonly cost: number;
  /** Completes "the signature matches once …". */
  readonly done: string;
}

/** A way to write strings: one or more escape changes, each with its own description. */
export interface StringChoice {
  readonly cost: number;
  readonly value: StringStyle;
  readonly parts: readonly StringPart[];
}

export interface StringPart {
  readonly value: StringStyle;
  readonly done: string;
}

/** One style for a whole document; an absent aspect is left as received. */
export interface StyleSelection {
  readonly spacing?: Choice<Spacing>;
  readonly order?: Choice<KeyOrder>;
  readonly strings?: StringChoice;
  readonly numbers?: Choice<NumberStyle>;
}

/** The choices that could change this document. */
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

/** Combines several string changes into one choice. */
export const combined = (cost: number, parts: readonly StringPart[]): StringChoice => ({
  cost,
  value: Object.assign({}, ...parts.map((part) => part.value)),
  parts,
});
