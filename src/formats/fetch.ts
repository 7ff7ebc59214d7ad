import type { HeaderPair, WebhookRequest } from "../request/request.ts";
import { readJson } from "../values/json-text.ts";
import { asRequest, requestIn } from "./json-request.ts";
import { readLiteral } from "./literal.ts";
import { malformed } from "./malformed.ts";

const call = /(?<![\w$.])fetch\s{0,20}\(\s{0,80}/g;

/**
 * The `fetch()` calls of a text, as browsers copy them (Chrome, Firefox, "Copy as fetch (Node.js)") or as people write
 * them, with plain data only. Nothing is executed.
 * @throws HookproofError `input-malformed` if a call contains more than plain data
 */
export const readFetch = (bytes: Buffer, name: string): readonly WebhookRequest[] => {
  const text = bytes.toString("utf8");
  const requests: WebhookRequest[] = [];
  call.lastIndex = 0;
  for (let found = call.exec(text); found !== null; found = call.exec(text)) {
    const where = requests.length === 0 ? name : `${name}, call ${requests.length + 1}`;
    const url = readLiteral(text, call.lastIndex);
    if (url.json === undefined || !url.json.startsWith('"'))
      throw malformed(where, "the URL of fetch() is not a plain string");
    const rest = /\s{0,80},?\s{0,80}/y;
    rest.lastIndex = url.end;
    rest.exec(text);
    const options =
      text[rest.lastIndex] === ")" ? { json: "{}", end: rest.lastIndex } : readLiteral(text, rest.lastIndex);
    if (options.json === undefined)
      throw malformed(
        where,
        "the options of fetch() contain more than plain data",
        "write method, headers and body as strings",
      );
    requests.push(requestOf(url.json, options.json, where));
    call.lastIndex = options.end;
  }
  return requests;
};

/** Whether the bytes begin like a `fetch()` call. */
export const looksFetch = (bytes: Buffer): boolean =>
  /^\s{0,100}(?:(?:const|let|var) \w{1,60} = )?(?:await )?fetch\s{0,20}\(/.test(bytes.toString("latin1", 0, 400));

const requestOf = (url: string, options: string, where: string): WebhookRequest => {
  // The JSON reader accepts an object without headers as a request only if it has a body.
  const given = `{"url":${url},${options.slice(1)}`.replace(/,\}$/, "}");
  const node = readJson(given);
  if (node === undefined) throw malformed(where, "the options of fetch() are not an object");
  const read = requestIn({ text: given, node }, node);
  if (read !== undefined && "problem" in read) throw malformed(where, read.problem);
  const { lost, ...request } = asRequest(read ?? { url: String(JSON.parse(url)), headers: [], body: Buffer.alloc(0) });
  const hasBody = request.body.length > 0;
  const host = /^https?:\/\/(?:[^/?#@]{0,500}@)?([^/?#]{1,300})/i.exec(request.url ?? "")?.[1];
  const isNamed = request.headers.some(([field]) => field.toLowerCase() === "host");
  const named: readonly HeaderPair[] = host === undefined || isNamed ? [] : [["Host", host]];
  const method = /"method":"([A-Za-z]{1,20})"/.exec(options)?.[1]?.toUpperCase() ?? "GET";
  return {
    ...request,
    method,
    headers: [...named, ...request.headers],
    ...(hasBody && lost !== undefined ? { lost } : {}),
  };
};
