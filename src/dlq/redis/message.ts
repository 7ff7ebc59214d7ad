import * as z from "zod";
import type { HeaderPair } from "../../request/request.ts";
import type { DlqEntry } from "../dlq.ts";
import { entryIn } from "../shared/message.ts";
import type { RawMessage, Reading } from "../shared/message.ts";
import { changeOf, withChange } from "../record.ts";
import type { StreamItem } from "./commands.ts";

const bodyNames = ["entry", "body", "payload", "data", "message", "event", "value", "json"];
const headerObject = z.record(z.string(), z.union([z.string(), z.number()]));

/** Reads an item of a stream as an entry, with its recorded attempts. */
export const entryOfItem = (item: StreamItem, reading: Reading): DlqEntry | { readonly problem: string } => {
  const message = contentOf(item);
  const entry = "problem" in message ? message : entryIn(message, reading);
  if ("problem" in entry) return entry;
  const change = item.change === undefined ? undefined : changeOf(item.change);
  return withChange(entry, change);
};

/**
 * Finds the body and headers in an entry written by any program. One field is the body; `headers` may be a JSON object.
 */
const contentOf = ({ id, fields }: StreamItem): RawMessage | { readonly problem: string } => {
  const values = new Map(fields);
  const name = bodyNames.find((one) => values.has(one)) ?? (fields.length === 1 ? fields[0]?.[0] : undefined);
  const body = name === undefined ? undefined : values.get(name);
  if (body === undefined)
    return {
      problem: `message ${id}: none of its fields (${fields.map(([one]) => one).join(", ")}) contains the body`,
    };
  const extraHeaders: HeaderPair[] = [];
  for (const [field, value] of fields) {
    // Only fields named like headers count; `attempt: 3` is the program's own data.
    if (field.includes("-") || field === "encoding") extraHeaders.push([field, value.toString("latin1")]);
  }
  const given = headerObject.safeParse(jsonOf(values.get("headers")));
  const headers = Object.entries(given.data ?? {}).map(([header, value]): HeaderPair => [header, String(value)]);
  return { id, body, headers, fields: extraHeaders, at: Number(id.split("-")[0]) };
};

const sourceNames = ["source_stream", "original_stream", "origin_stream", "source", "origin", "stream"];

/** The stream that an item came from, according to fields in which programs record that. */
export const sourceOf = ({ fields }: StreamItem): string | undefined => {
  const values = new Map(fields);
  const name = sourceNames.find((one) => values.has(one));
  return name === undefined ? undefined : values.get(name)?.toString("utf8");
};

const jsonOf = (bytes: Buffer | undefined): unknown => {
  try {
    return bytes === undefined ? undefined : JSON.parse(bytes.toString("utf8"));
  } catch {
    return undefined;
  }
};
