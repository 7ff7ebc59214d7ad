import { charset } from "./charset.ts";
import { deflated, inflated } from "./compression.ts";
import { byteOrderMark, ends, outerEnds } from "./ends.ts";
import { unwrapped, wrapped } from "./forms.ts";
import { entities } from "./entities.ts";
import { emptied, framingOff, framingOn } from "./framing.ts";
import { rewrittenJson } from "./json/rewritten.ts";
import { lineEndings } from "./line-endings.ts";
import { unlisted } from "./prints/bytes.ts";
import { unprinted } from "./prints/prints.ts";
import { rounded } from "./rounded.ts";
import { exchanged } from "./values.ts";
import type { Transform } from "../types.ts";

/**
 * Everything that may have been done to a body between signing and arrival. To add a transform, write a file and list
 * it here.
 */
export const transforms: readonly Transform[] = [
  outerEnds,
  inflated,
  framingOff,
  charset,
  entities,
  unlisted,
  unprinted,
  unwrapped,
  exchanged,
  rounded,
  rewrittenJson,
  ends,
  lineEndings,
  byteOrderMark,
  wrapped,
  framingOn,
  emptied,
  deflated,
];
