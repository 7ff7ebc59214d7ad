import * as z from "zod";
import { captureRecord } from "../formats/capture.ts";
import type { CaptureRecord } from "../formats/capture.ts";
import { isHar, readHarEntry } from "../formats/har.ts";
import type { HarResponse } from "../formats/har-write.ts";
import { byteText } from "../formats/latin1.ts";

/** What browsers and proxies record in a HAR file besides the request. */
const exchangeSchema = z.looseObject({
  startedDateTime: z.string().nullish(),
  time: z.number().nullish(),
  response: z
    .looseObject({
      status: z.number().nullish(),
      headers: z.array(z.looseObject({ name: z.string(), value: z.string() })).nullish(),
      content: z.looseObject({ text: z.string().nullish(), encoding: z.string().nullish() }).nullish(),
    })
    .nullish(),
});

/** A request of a HAR file, and its response if one was recorded. */
interface HarExchange {
  readonly record: CaptureRecord;
  readonly response: HarResponse | null;
}

/**
 * The parsed HAR file; undefined if the source isn't one. HAR is a single JSON document, while other sources have one
 * object per line.
 */
export const harOf = (bytes: Buffer): unknown => {
  if (!/^\s{0,100}\{\s{0,100}"(?:log|\$)/.test(bytes.toString("latin1", 0, 300))) return undefined;
  try {
    const value: unknown = JSON.parse(bytes.toString("utf8"));
    return isHar(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

/**
 * The exchanges of a HAR file. Invalid entries are reported as problems and skipped.
 * @param problem called with a sentence for each
 */
export const readExchanges = (
  value: unknown,
  name: string,
  problem: (text: string) => void,
): readonly HarExchange[] => {
  const { entries } = z.object({ log: z.object({ entries: z.array(z.unknown()) }) }).parse(value).log;
  return entries.flatMap((entry, index) => {
    const where = `${name} entry ${index + 1}`;
    try {
      const request = readHarEntry({ log: { entries: [entry] } }, where, 1);
      const { startedDateTime, time, response } = exchangeSchema.parse(entry);
      const at = Date.parse(startedDateTime ?? "");
      const record = captureRecord(request, { id: where }, Number.isNaN(at) ? 0 : at);
      return [{ record, response: responseOf(response, time) }];
    } catch {
      problem(`${where} is not a request and was skipped`);
      return [];
    }
  });
};

/** Null if there is no response, for which browsers write status 0. */
const responseOf = (
  response: z.infer<typeof exchangeSchema>["response"],
  time: number | null | undefined,
): HarResponse | null => {
  const status = response?.status ?? 0;
  if (!Number.isInteger(status) || status < 100 || status > 999) return null;
  const { text, encoding } = response?.content ?? {};
  return {
    status,
    ...(time === null || time === undefined || time < 0 ? {} : { durationMs: time }),
    headers: (response?.headers ?? []).map(({ name, value }) => [byteText(name), byteText(value)] as const),
    ...(text === null || text === undefined
      ? {}
      : { body: { encoding: encoding === "base64" ? ("base64" as const) : ("utf8" as const), data: text } }),
  };
};
