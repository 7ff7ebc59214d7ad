import { parse } from "csv-parse/sync";
import type { HeaderPair } from "../../request/request.ts";
import { readJson } from "../../values/json-text.ts";
import { atOf, instantOf } from "./envelope.ts";
import type { Opened, Unopened } from "./envelope.ts";

const bodyColumns = ["body", "payload", "raw_body", "request_body", "data", "message", "content", "event"];
const timeColumns = ["failed_at", "created_at", "received_at", "timestamp", "time", "date"];
const reasonColumns = ["reason", "error", "error_message", "last_error"];

/**
 * The events of a CSV file with a header row, as databases and admin pages export failed deliveries. One column is the
 * body; `headers` may be a JSON object.
 * @returns undefined if the text isn't such a table
 */
export const openCsv = (text: string): readonly (Opened | Unopened)[] | undefined => {
  const [first = ""] = text.split("\n", 1);
  const names = first
    .trim()
    .split(/[,;\t]/)
    .map((name) => name.replaceAll('"', "").trim().toLowerCase());
  if (names.length < 2 || !names.some((name) => bodyColumns.includes(name))) return undefined;
  let rows: readonly Record<string, string>[];
  try {
    rows = parse(text, {
      bom: true,
      columns: names,
      delimiter: [",", ";", "\t"].find((mark) => first.includes(mark)) ?? ",",
      from_line: 2,
      skip_empty_lines: true,
    });
  } catch (error) {
    return [{ problem: `the CSV cannot be read: ${error instanceof Error ? error.message : String(error)}` }];
  }
  const valueOf = (row: Record<string, string>, columns: readonly string[]): string | undefined =>
    columns.map((name) => row[name]).find((value) => value !== undefined && value !== "");
  return rows.map((row): Opened | Unopened => {
    const body = valueOf(row, bodyColumns);
    if (body === undefined) return { problem: "a row has no body" };
    const reason = valueOf(row, reasonColumns);
    return {
      body: Buffer.from(body, "utf8"),
      headers: headersIn(row["headers"]),
      ...(row["id"] === undefined ? {} : { id: row["id"] }),
      ...atOf(instantOf(valueOf(row, timeColumns))),
      ...(reason === undefined ? {} : { reason }),
    };
  });
};

const headersIn = (text: string | undefined): readonly HeaderPair[] => {
  const node = text === undefined ? undefined : readJson(text);
  if (text === undefined || node?.kind !== "object") return [];
  return Object.entries(JSON.parse(text)).flatMap(([name, value]): HeaderPair[] =>
    typeof value === "string" || typeof value === "number" ? [[name, String(value)]] : [],
  );
};

/**
 * The events printed by `kafka-console-consumer` with `print.timestamp`, `print.headers` or `print.key`: tab-separated
 * columns, with the value last.
 * @returns undefined if any line has another format
 */
export const openKafkaLines = (text: string): readonly Opened[] | undefined => {
  const events: Opened[] = [];
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue;
    const at = line.indexOf("\t{");
    const value = line.slice(at + 1);
    if (at < 0 || readJson(value) === undefined) return undefined;
    const columns = line.slice(0, at).split("\t");
    const [, time] =
      columns.map((one) => /^(?:CreateTime|LogAppendTime):(\d{1,16})$/.exec(one)).find((one) => one !== null) ?? [];
    const headers = columns.find(
      (one) => /^[^\s:,]+:[^\t]*$/.test(one) && !/^(?:CreateTime|LogAppendTime|Partition|Offset):/.test(one),
    );
    events.push({
      body: Buffer.from(value.trimEnd(), "utf8"),
      fields: (headers ?? "").split(",").flatMap((pair): HeaderPair[] => {
        const cut = pair.indexOf(":");
        return cut < 1 ? [] : [[pair.slice(0, cut), pair.slice(cut + 1)]];
      }),
      ...atOf(instantOf(time === undefined ? undefined : Number(time))),
    });
  }
  return events.length === 0 ? undefined : events;
};
