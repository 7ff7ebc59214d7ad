import { createHmac } from "node:crypto";
import { inspect } from "node:util";

export const secret = "it-is-a-secret";

/** As GitHub writes it, compact and with characters outside ASCII. */
export const compact =
  '{"action":"opened","number":7,"title":"Café \\"quoted\\" \\u2014 1.0","amount":1.0,"user":{"login":"octo","labels":["a","b"]}}';
/** Whose own spelling no parser gives back. */
export const spaced =
  '{ "action":"opened",  "number":7.0,\n "title":"it\'s \\/ here", "user": {"login":"octo","nested":{"deep":{"deeper":1}}}}';
export const ascii = '{"action":"opened","number":7,"title":"plain","user":{"login":"octo"}}';

const signed = (body: string | Buffer): string => `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;

/** The headers of a delivery of this body, in any case. */
export const headersOf = (body: string | Buffer): Record<string, string> => ({
  host: "hooks.example.com",
  accept: "*/*",
  "content-length": String(Buffer.byteLength(body)),
  "content-type": "application/json",
  "user-agent": "GitHub-Hookshot/0a1b2c3",
  "x-github-delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958",
  "x-github-event": "issues",
  "x-hub-signature-256": signed(body),
});

const inLists = (body: string): Record<string, string[]> =>
  Object.fromEntries(Object.entries(headersOf(body)).map(([name, value]) => [name, [value]]));
const lines = (body: string, write: (name: string, value: string) => string): string =>
  Object.entries(headersOf(body))
    .map(([name, value]) => write(name, value))
    .join("\n");
const json = (value: unknown, indent?: number): string => JSON.stringify(value, null, indent);
const base64 = (text: string | Buffer): string => Buffer.from(text).toString("base64");
const rawOf = (body: string): string =>
  `POST /hooks HTTP/1.1\r\n${lines(body, (name, value) => `${name}: ${value}\r`)}\n\r\n${body}`;

const proxy = (body: string) => ({
  version: "2.0",
  routeKey: "POST /hooks",
  rawPath: "/hooks",
  rawQueryString: "",
  headers: headersOf(body),
  requestContext: { http: { method: "POST", path: "/hooks", protocol: "HTTP/1.1" }, domainName: "x.lambda-url.on.aws" },
  body,
  isBase64Encoded: false,
});

/** What `curl --trace-ascii` (width 64) and `--trace` (16, with hex) print of some bytes. */
export const dump = (title: string, bytes: Buffer, isHex: boolean): string => {
  const rows: string[] = [`=> ${title}, ${bytes.length} bytes (0x${bytes.length.toString(16)})`];
  const shown = (part: Buffer): string => part.toString("latin1").replace(/[^\x20-\x7e]/g, ".");
  for (let at = 0; at < bytes.length;) {
    const offset = `${at.toString(16).padStart(4, "0")}: `;
    const part = bytes.subarray(at, at + (isHex ? 16 : 64));
    if (isHex) {
      const hex = [...part].map((byte) => `${byte.toString(16).padStart(2, "0")} `).join("");
      rows.push(`${offset}${hex.padEnd(48)}${shown(part)}`);
      at += part.length;
      continue;
    }
    // It also looks one byte beyond the row's end for a line break.
    const end = bytes.subarray(at, at + 66).indexOf("\r\n");
    const row = end < 0 ? part : part.subarray(0, end);
    rows.push(`${offset}${shown(row)}`);
    at += row.length + (end < 0 ? 0 : 2);
  }
  return rows.join("\n");
};

const trace = (body: string, isHex: boolean): string => {
  const [head = ""] = rawOf(body).split("\r\n\r\n");
  return [
    "== Info: Connected to 127.0.0.1 (127.0.0.1) port 3000 (#0)",
    dump("Send header", Buffer.from(`${head}\r\n\r\n`), isHex),
    dump("Send data", Buffer.from(body), isHex),
    "<= Recv header, 17 bytes (0x11)",
    "0000: HTTP/1.1 200 OK",
    "<= Recv data, 11 bytes (0xb)",
    '0000: {"ok":true}',
    "== Info: Connection #0 to host 127.0.0.1 left intact",
    "",
  ].join("\n");
};

const verbose = (body: string): string =>
  `*   Trying 127.0.0.1:3000...\n* Connected to localhost (127.0.0.1) port 3000 (#0)\n> POST /hooks HTTP/1.1\n${lines(body, (name, value) => `> ${name}: ${value}`)}\n> \n} [${Buffer.byteLength(body)} bytes data]\n< HTTP/1.1 401 Unauthorized\n< Content-Type: application/json\n< \n{ [20 bytes data]\n{"error":"signature"}`;

const webhookSite = (body: string) => ({
  uuid: "70174177-a447-4dd5-a569-ddd26b7e90ec",
  type: "web",
  token_id: "2f9c2e0e-0000-4000-8000-000000000000",
  team_id: null,
  ip: "192.0.2.1",
  hostname: "webhook.site",
  method: "POST",
  user_agent: "GitHub-Hookshot/0a1b2c3",
  content: body,
  query: null,
  headers: inLists(body),
  url: "https://webhook.site/2f9c2e0e-0000-4000-8000-000000000000",
  size: body.length,
  files: [],
  created_at: "2026-07-04 14:27:26",
  updated_at: "2026-07-04 14:27:26",
  custom_action_output: [],
});

const ngrok = (body: string) => ({
  uri: "/api/requests/http/airt_1",
  id: "airt_1",
  tunnel_name: "command_line",
  remote_addr: "192.0.2.1",
  start: "2026-07-04T14:27:26.123+02:00",
  duration: 3814000,
  request: {
    method: "POST",
    proto: "HTTP/1.1",
    headers: inLists(body),
    uri: "/hooks",
    raw: base64(rawOf(body)),
  },
  response: {
    status: "200 OK",
    status_code: 200,
    proto: "HTTP/1.1",
    headers: {},
    raw: base64("HTTP/1.1 200 OK\r\n\r\n"),
  },
});

const basket = (body: string) => ({
  date: 1783175246123,
  headers: Object.fromEntries(
    Object.entries(inLists(body)).map(([name, value]) => [
      name.replace(/(?:^|-)[a-z]/g, (c) => c.toUpperCase()),
      value,
    ]),
  ),
  content_length: body.length,
  body,
  method: "POST",
  path: "/mybasket/hook",
  query: "a=b",
});

const svixPlay = (body: string) => ({
  id: "m_1",
  url: "https://play.svix.com/in/e_abc/",
  method: "POST",
  created_at: "2026-07-04T14:27:26Z",
  body: base64(body),
  headers: headersOf(body),
  response: { status_code: 204, headers: {}, body: "" },
  ip: "192.0.2.1",
});

const hookdeck = (body: string) => ({
  id: "evt_1",
  team_id: "tm_1",
  status: "FAILED",
  created_at: "2026-07-04T14:27:26.000Z",
  data: {
    headers: headersOf(body),
    body: JSON.parse(body) as unknown,
    parsed_query: {},
    path: "/",
    query: "",
    is_large_payload: false,
  },
});

const pipedream = (body: string, isRaw: boolean) => ({
  context: { id: "2abc", ts: "2026-07-04T14:27:26.000Z", verified: false },
  event: {
    method: "POST",
    path: "/",
    query: {},
    client_ip: "192.0.2.1",
    url: "https://eo1.m.pipedream.net/",
    headers: headersOf(body),
    ...(isRaw ? { bodyRaw: body } : {}),
    body: JSON.parse(body) as unknown,
  },
});

const githubPage = (body: string): string =>
  `Request\nResponse 200\nRedeliver\nCompleted in 0.37 seconds.\nHeaders\nRequest URL: https://hooks.example.com/github?a=1\nRequest method: POST\n${lines(body, (name, value) => `${name}: ${value}`)}\nPayload\n${json(JSON.parse(body), 2)}\n`;

const prefix = "2026-06-19T12:00:00.123Z\t8f5f7f5e-0d6d-4a3e-9a39-6f7d9b0f8f11\tINFO\t";
const around = (text: string): string =>
  `INIT_START Runtime Version: nodejs:20.v12\nSTART RequestId: 8f5f7f5e Version: $LATEST\n${text}\nEND RequestId: 8f5f7f5e\nREPORT RequestId: 8f5f7f5e\tDuration: 12.34 ms\n`;

const printed = (value: unknown): string => inspect(value, { depth: 2, compact: 3, breakLength: 80 });
const pino = (body: string, extra: object) => ({
  level: 30,
  time: 1783175246123,
  pid: 1,
  hostname: "api",
  ...extra,
  msg: `request ${body.length}`,
});
const req = (body: string) => ({
  id: 1,
  method: "POST",
  url: "/hooks",
  headers: headersOf(body),
  remoteAddress: "::1",
});

const chromeFetch = (body: string): string => {
  const { host: _host, ...headers } = headersOf(body);
  return `fetch("https://hooks.example.com/hooks?a=1", {\n  "headers": ${json(headers, 2)},\n  "referrer": "https://example.com/",\n  "body": ${json(body)},\n  "method": "POST",\n  "mode": "cors",\n  "credentials": "include"\n});`;
};

const ps = (text: string): string =>
  text.replace(/[`"$]/g, "`$&").replace(/[^\x20-\x7e]/g, (char) => `$([char]${char.charCodeAt(0)})`);
const powershell = (body: string, write: (text: string) => string): string =>
  `$session = New-Object Microsoft.PowerShell.Commands.WebRequestSession\n$session.UserAgent = "Mozilla/5.0"\nInvoke-WebRequest -UseBasicParsing -Uri "https://hooks.example.com/hooks?a=1" \`\n-Method "POST" \`\n-WebSession $session \`\n-Headers @{\n"authority"="hooks.example.com"\n${lines(body, (name, value) => `  "${name}"="${value}"`)}\n} \`\n-ContentType "application/json" \`\n-Body ${write(body)}`;

/** Forms that keep the bytes: each is valid with the secret. */
export const exact: Readonly<Record<string, (body: string) => string>> = {
  "curl --trace": (body) => trace(body, true),
  "curl --trace with times": (body) => trace(body, true).replace(/^(?:=> |<= |== )/gm, "14:41:50.763412 $&"),
  "curl -v under its command": (body) =>
    `$ curl -v http://localhost:3000/hooks -H 'X-Hub-Signature-256: x' --data-binary $'${body.replace(/[\\']/g, "\\$&").replace(/\n/g, "\\n")}'\n${verbose(body)}`,
  "CloudWatch line": (body) => `${prefix}${json(proxy(body))}\n`,
  "CloudWatch log": (body) => around(`${prefix}event ${json(proxy(body), 2)}`),
  "CloudWatch log, printed": (body) => around(`${prefix}${printed(proxy(body))}`),
  "CloudWatch line, {event}": (body) => `${prefix}${json({ event: proxy(body) })}\n`,
  "aws logs tail": (body) =>
    `2026-06-19T12:00:00.123000+00:00 2026/06/19/[$LATEST]abc ${prefix.replaceAll("\t", " ")}${json(proxy(body))}\n`,
  "aws logs filter-log-events": (body) =>
    json(
      {
        events: [
          { logStreamName: "s", timestamp: 1783175246123, message: `${prefix}${json(proxy(body))}\n`, eventId: "1" },
        ],
      },
      4,
    ),
  "Lambda JSON log": (body) =>
    json({ timestamp: "2026-06-19T12:00:00.123Z", level: "INFO", requestId: "8f5f", message: proxy(body) }),
  "{event}": (body) => json({ event: proxy(body), context: { awsRequestId: "8f5f" } }, 2),
  "webhook.site": (body) => json(webhookSite(body), 2),
  "webhook.site list": (body) =>
    json({ data: [webhookSite(body)], total: 1, per_page: 50, current_page: 1, is_last_page: true }),
  ngrok: (body) => json({ uri: "/api/requests/http", requests: [ngrok(body)] }),
  "ngrok, one": (body) => json(ngrok(body), 2),
  "request-baskets": (body) => json({ requests: [basket(body)], count: 1, total_count: 1, has_more: false }),
  "request-baskets, one": (body) => json(basket(body)),
  "Svix Play": (body) => json({ iterator: "i", data: [svixPlay(body)] }),
  "Pipedream with bodyRaw": (body) => json(pipedream(body, true), 2),
  "Pipedream's steps": (body) =>
    json({
      steps: {
        trigger: {
          event: pipedream(body, false).event,
          raw_event: { headers: headersOf(body), body_b64: base64(body) },
        },
      },
    }).replace('"event":', '"parsed":'),
  "{headers, body}": (body) => json({ headers: headersOf(body), body }),
  "{headers, body}, an array": (body) => json([{ headers: headersOf(body), body }]),
  "{headers, rawBody}": (body) =>
    json({ headers: headersOf(body), body: JSON.parse(body) as unknown, rawBody: body }, 2),
  "{method, url, headers, body}": (body) =>
    json({ method: "POST", url: "https://hooks.example.com/hooks", headers: headersOf(body), body }),
  rawHeaders: (body) => json({ rawHeaders: Object.entries(headersOf(body)).flat(), headers: {}, rawBody: body }),
  "headers as pairs": (body) => json({ headers: Object.entries(headersOf(body)), body }),
  "headers as {name, value}": (body) =>
    json({ headers: Object.entries(headersOf(body)).map(([name, value]) => ({ name, value })), body }),
  "a Node Buffer": (body) => json({ headers: headersOf(body), body: Buffer.from(body) }),
  "a Uint8Array": (body) => json({ headers: headersOf(body), rawBody: new Uint8Array(Buffer.from(body)) }),
  base64: (body) => json({ headers: headersOf(body), body: base64(body), isBase64Encoded: true }),
  "fetch, Chrome": chromeFetch,
  "fetch, Chrome, all": (body) => `${chromeFetch(body)}`.replace(/;$/, " ;"),
  "fetch, Firefox": (body) =>
    `await fetch("https://hooks.example.com/hooks", {\n    "credentials": "omit",\n    "headers": ${json(headersOf(body), 8)},\n    "body": ${json(body)},\n    "method": "POST",\n    "mode": "cors"\n});`,
  "fetch, by hand": (body) =>
    `const res = await fetch('https://hooks.example.com/hooks', {\n  method: 'post',\n  headers: new Headers({\n${lines(body, (name, value) => `    '${name}': '${value}',`)}\n  }),\n  body: '${body.replace(/[\\']/g, "\\$&").replace(/\n/g, "\\n")}',\n})`,
  PowerShell: (body) => powershell(body, (text) => `([System.Text.Encoding]::UTF8.GetBytes("${ps(text)}"))`),
  "pino, req with raw body": (body) => `${json(pino(body, { req: { ...req(body), rawBody: body } }))}\n`,
  "pino, several lines": (body) =>
    `${json({ level: 30, msg: "listening" })}\n${json(pino(body, { req: req(body), body }))}\n${json({ level: 30, res: { statusCode: 401 } })}\n`,
  winston: (body) =>
    json({ level: "info", message: "hook", meta: { req: { ...req(body), body } }, timestamp: "2026-06-19" }),
  "winston, a prefix": (body) => `2026-06-19 12:00:00 [info]: webhook ${json({ headers: headersOf(body), body })}\n`,
  "console.log of texts": (body) =>
    `Server listening on 3000\nheaders: ${printed(headersOf(body))}\nbody: ${printed(Buffer.from(body)).length > 0 ? inspect(body) : ""}\n`,
  "console.log of one object": (body) => `${inspect({ headers: headersOf(body), body }, { maxStringLength: null })}\n`,
  "console.log of headers, then the text": (body) => `headers ${printed(headersOf(body))}\nbody ${body}\n`,
  "console.log of a short Buffer": (body) =>
    `headers: ${printed(headersOf(body))}\nbody: <Buffer ${Buffer.from(body).toString("hex").match(/../g)?.join(" ") ?? ""}>\n`,
  Python: (body) =>
    `INFO:root:headers={${Object.entries(headersOf(body))
      .map(([name, value]) => `'${name}': '${value}'`)
      .join(
        ", ",
      )}} body=b'${[...Buffer.from(body)].map((byte) => (byte === 0x27 || byte === 0x5c || byte < 0x20 || byte > 0x7e ? `\\x${byte.toString(16).padStart(2, "0")}` : String.fromCharCode(byte))).join("")}'\n`,
};

/** Forms that have not kept the body's bytes: the verdict on `spaced` says so. */
export const lossy: Readonly<Record<string, (body: string) => string>> = {
  "curl -v": verbose,
  "curl -v with --trace-ids": (body) => verbose(body).replace(/^[>*<]/gm, "[0-0] $&"),
  "curl --trace-ascii": (body) => trace(body, false),
  "curl --trace-ascii with times": (body) => trace(body, false).replace(/^(?:=> |<= |== )/gm, "14:41:50.763412 $&"),
  "mapping template, pass-through": (body) =>
    json(
      {
        "body-json": JSON.parse(body) as unknown,
        params: { path: {}, querystring: {}, header: headersOf(body) },
        "stage-variables": {},
        context: { "http-method": "POST", stage: "prod" },
      },
      1,
    ),
  "mapping template, serverless": (body) =>
    json({
      body: JSON.parse(body) as unknown,
      method: "POST",
      principalId: "",
      stage: "dev",
      headers: headersOf(body),
      query: {},
      path: {},
    }),
  "GitHub's page": githubPage,
  "GitHub's page, headers alone above": (body) => githubPage(body).slice(githubPage(body).indexOf("Request URL")),
  Hookdeck: (body) => json(hookdeck(body), 2),
  "Hookdeck list": (body) => json({ pagination: { limit: 100 }, count: 1, models: [hookdeck(body)] }),
  Pipedream: (body) => json(pipedream(body, false)),
  "GitHub's API": (body) =>
    json({
      guid: "72d3162e",
      delivered_at: "2026-06-19T12:00:00Z",
      status: "OK",
      status_code: 200,
      request: { headers: headersOf(body), payload: JSON.parse(body) as unknown },
      response: { headers: {}, payload: "ok" },
    }),
  "pino, parsed": (body) => `${json(pino(body, { req: { ...req(body), body: JSON.parse(body) as unknown } }))}\n`,
  "express-winston": (body) =>
    json({
      level: "info",
      message: "HTTP POST /hooks",
      meta: { req: { ...req(body), httpVersion: "1.1", body: JSON.parse(body) as unknown }, res: { statusCode: 401 } },
    }),
  "console.log of a parsed body": (body) =>
    `headers: ${printed(headersOf(body))}\nbody: ${printed(JSON.parse(body))}\n`,
  "console.log(req.headers, req.body)": (body) =>
    `${inspect({ headers: headersOf(body), body: JSON.parse(body) as unknown }, { depth: 2 })}\n`,
  "console.log of a long Buffer": (body) =>
    `headers: ${printed(headersOf(body))}\nbody: ${inspect(Buffer.from(body))}\n`,
};
