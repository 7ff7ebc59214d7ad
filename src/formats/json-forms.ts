import type { WebhookRequest } from "../request/request.ts";
import { readJsonSequence } from "../values/json-text.ts";
import { chosenEntry } from "./choose.ts";
import type { ReadHints, Source } from "./format.ts";
import { asRequest, jsonRequests } from "./json-request.ts";
import type { JsonRequest } from "./json-request.ts";
import { readLog } from "./log.ts";
import { malformed } from "./malformed.ts";

type Found = ReturnType<typeof jsonRequests>;

/** Caches what was found in a file, so that reading it doesn't search again. */
const known = new WeakMap<Source, Found>();

const foundIn = (source: Source, find: (text: string) => Found): Found => {
  const before = known.get(source);
  if (before !== undefined) return before;
  const found = mentionsHeaders(source.bytes) ? find(source.bytes.toString("utf8")) : [];
  known.set(source, found);
  return found;
};

/** A cheap first test: a request always has headers, under some name. */
const mentionsHeaders = (bytes: Buffer): boolean =>
  bytes.length <= maxBytes && ["eader", "EADER", '"requestContext"', '"raw"'].some((word) => bytes.includes(word));

/** Larger files aren't searched: they are captures, HAR files or single requests. */
const maxBytes = 64 * 1024 * 1024;

const beginsJson = ({ bytes }: Source): boolean => {
  const begin = bytes.subarray(0, 4096).find((byte) => byte > 0x20);
  return begin === 0x7b || begin === 0x5b;
};

/** Whether the file is JSON that contains a request: a webhook inspector's export, `{headers, body}` and the like. */
export const holdsJsonRequests = (source: Source): boolean => beginsJson(source) && foundIn(source, inJson).length > 0;

/** Whether the file is a log, or lines of JSON, with headers and body of a request. */
export const isRequestLog = (source: Source): boolean => {
  const { bytes } = source;
  if (beginsJson(source) && isWhole(source)) return false;
  const found = mentionsHeaders(bytes) ? readLog(bytes.toString("utf8")) : [];
  if (found.length > 0) known.set(source, found);
  return found.length > 0;
};

const isWhole = ({ bytes, json }: Source): boolean => {
  try {
    return json() !== undefined || JSON.parse(bytes.toString("utf8")) !== undefined;
  } catch {
    return false;
  }
};

const inJson = (text: string): Found => {
  const nodes = readJsonSequence(text) ?? [];
  return nodes.flatMap((node) => jsonRequests({ text, node }, readLog));
};

/** Every request found by `holdsJsonRequests` or `isRequestLog`. @throws HookproofError `input-malformed` */
export const readFound = (source: Source): readonly WebhookRequest[] => {
  const found = known.get(source) ?? foundIn(source, inJson);
  const requests = found.filter((one): one is JsonRequest => !("problem" in one));
  const problem = found.find((one) => "problem" in one);
  if (requests.length === 0 && problem !== undefined) throw malformed(source.name, problem.problem);
  return requests.map(asRequest);
};

/** The one of them that the hints select. @throws HookproofError `input-malformed`, `usage` */
export const readFoundEntry = (source: Source, { entry }: ReadHints): WebhookRequest =>
  chosenEntry(readFound(source), source.name, entry);
