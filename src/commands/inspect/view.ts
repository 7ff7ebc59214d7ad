import { pluralize } from "../../values/count.ts";
import type { Infer } from "../../values/infer.ts";
import type { Paint } from "../../cli/paint.ts";
import type { inspectLine } from "./schema.ts";

export type InspectEvent = Infer<typeof inspectLine>;

/** The inspector's address, and the sources it shows. */
export const inspectView = ({ ui, sources }: InspectEvent, paint: Paint): string =>
  `${[
    paint`Inspector on ${paint.bold(ui)}  ${paint.dim("(Ctrl-C stops)")}`,
    ...sources.map(({ name, requests }) => paint`  ${name}  ${pluralize(requests, "request")}`),
  ].join("\n")}\n`;
