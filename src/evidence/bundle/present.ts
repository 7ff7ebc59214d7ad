import type { HarResponse } from "../../formats/har-write.ts";
import { requestOf } from "../../formats/capture.ts";
import type { CaptureRecord } from "../../formats/capture.ts";
import { decodeBytes, headerValue, utf8Text } from "../../request/request.ts";
import { receivedUrl } from "../url.ts";
import { redactBody } from "../redact/body.ts";
import type { BodyMode } from "../redact/body.ts";
import { redactLines } from "../redact/lines.ts";
import type { Redactor } from "../redact/redactor.ts";
import type { LogLine } from "../logs/select.ts";
import type { ReportRequest } from "../report/model.ts";

/** How the parts of a bundle are masked; all with one redactor. */
export interface Presenter {
  text(text: string, file: string, place: string): string;
  /** Masks every string in plain data, URLs as URLs and the rest as text. Keys are not changed. */
  data<T>(value: T, file: string, place: string): T;
  request(record: CaptureRecord, source: string): ReportRequest;
  record(record: CaptureRecord): CaptureRecord;
  response(response: HarResponse): HarResponse;
  log(lines: readonly LogLine[]): readonly LogLine[];
}

/** @param hide applied to each text before the rules */
export const makePresenter = (
  redactor: Redactor,
  mode: BodyMode,
  keepPaths: readonly string[],
  hide: (text: string) => string,
): Presenter => {
  const text = (input: string, file: string, place: string): string => redactor.text(hide(input), { file, place });

  const data = <T>(value: T, file: string, place: string): T => {
    const walk = (one: unknown, at: string): unknown => {
      if (typeof one === "string")
        return /^https?:\/\/\S+$/i.test(one) ? redactor.url(hide(one), { file, place: at }) : text(one, file, at);
      if (Array.isArray(one)) return one.map((item) => walk(item, at));
      if (typeof one === "object" && one !== null)
        return Object.fromEntries(Object.entries(one).map(([key, item]) => [key, walk(item, `${at}.${key}`)]));
      return one;
    };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same shape: only strings are exchanged for strings
    return walk(value, place) as T;
  };

  const har = "captures.har";
  const record = (original: CaptureRecord): CaptureRecord => {
    const request = requestOf(original);
    const url = receivedUrl(request);
    const masked = redactBody(redactor, request.body, headerValue(request.headers, "content-type"), mode, keepPaths, {
      file: har,
      place: `body of ${original.id}`,
    });
    return {
      type: "request",
      id: original.id,
      receivedAt: original.receivedAt,
      method: text(original.method, har, "method"),
      target: redactor.url(original.target, { file: har, place: "target" }),
      ...(url === undefined ? {} : { url: redactor.url(url, { file: har, place: "url" }) }),
      ...(original.httpVersion === undefined ? {} : { httpVersion: original.httpVersion }),
      headers: original.headers.map((pair) => redactor.header(pair, { file: har })),
      body: { encoding: "utf8", data: masked.text },
    };
  };

  return {
    text,
    data,
    record,
    request: (original, source) => {
      const masked = record(original);
      const request = requestOf(original);
      return {
        method: masked.method,
        url: masked.url ?? masked.target,
        receivedAt: original.receivedAt,
        source: text(source, "report.html", "source"),
        headers: masked.headers.map(
          ([name, value]) => [name, utf8Text(Buffer.from(value, "latin1")) ?? value] as const,
        ),
        body: redactBody(redactor, request.body, headerValue(request.headers, "content-type"), mode, keepPaths, {
          file: "report.html",
          place: "body",
        }),
        bodyBytes: request.body.length,
        bodyMode: mode,
      };
    },
    response: (response) => ({
      status: response.status,
      ...(response.durationMs === undefined ? {} : { durationMs: response.durationMs }),
      ...(response.headers === undefined
        ? {}
        : { headers: response.headers.map((pair) => redactor.header(pair, { file: har })) }),
      ...(response.body === undefined
        ? {}
        : {
            body: {
              encoding: "utf8",
              data: redactBody(
                redactor,
                decodeBytes(response.body),
                headerValue(response.headers ?? [], "content-type"),
                mode,
                [],
                { file: har, place: "answer body" },
              ).text,
            },
          }),
    }),
    log: (lines) => {
      const files = lines.map(({ file }) => text(file, "receiver.log", "file name"));
      const masked = redactLines(
        redactor,
        lines.map((line) => hide(line.text)),
        (index) => ({ file: "receiver.log", place: `${files[index] ?? ""} line ${lines[index]?.number ?? 0}` }),
      );
      return lines.map((line, index) => ({
        ...line,
        file: files[index] ?? "",
        text: masked[index] ?? "",
        facts: { ...line.facts, path: null },
      }));
    },
  };
};
