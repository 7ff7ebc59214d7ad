import type { Row } from "../../../src/inspector/types.ts";
import { rowFor } from "../support.ts";

/** A row of the list, as the server sends it. */
export const aRow = (number: number, fields: Partial<Row> = {}): Row => ({
  ...rowFor(`req_${number}`, fields),
  number,
});
