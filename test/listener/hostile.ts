import { createHmac } from "node:crypto";
import { connect } from "node:net";
import { gzipSync } from "node:zlib";

// Hostile webhooks of every kind we know of, from a seed: what one seed makes is the same on every machine.

/** Numbers from 0 up to 1 (mulberry32). */
export type Random = () => number;
export const randomFrom = (seed: number): Random => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};
const upTo = (random: Random, end: number): number => Math.floor(random() * end);
const oneOf = <T>(random: Random, items: readonly T[]): T => {
  const item = items[upTo(random, items.length)];
  if (item === undefined) throw new Error("nothing to choose from");
  return item;
};
const chance = (random: Random, share: number): boolean => random() < share;
const bytesOf = (random: Random, length: number): Buffer =>
  Buffer.from(Array.from({ length }, () => upTo(random, 256)));

export const secret = "topsecret";

const nested = (open: string, depth: number): string => open.repeat(depth) + (open === "[" ? "]" : "1}").repeat(depth);

const events = [
  '{"id":"evt_1","type":"lead.created","url":"https:\\/\\/x.test","amount":1.0,"n":1e3,"name":"Zo\\u00eb"}',
  '{"id":"evt_2","event":"link.clicked","createdAt":"2026-06-19T12:00:00.000Z","data":{"a":[1,2,{"b":null}],"c":true}}',
  "token=abc&team_id=T1&payload=%7B%22type%22%3A%22x%22%7D&text=a+b%20c",
  "<event><id>1</id></event>",
  // What has ended the listener once.
  '{"a":"\\ud800"}',
  '{"id":"evt_3","names":["\\udc00x","\\ud83d"],"path":"a/b%","html":"<b>&amp;</b>"}',
  "A".repeat(300_000),
  "line\r\n".repeat(60_000),
  nested("[", 5000),
  "",
];

/** What is written again and again to make a body large. */
const fillers = [
  "A",
  "\r\n",
  " ",
  "[",
  '{"a":',
  '"',
  "\\",
  "\\ud800",
  "\\u0000",
  "%",
  "%25",
  "&",
  "=",
  "0",
  "9",
  "\u0001",
  "é",
  "\ufeff",
  "=?",
  "&amp;",
  "<!--",
  "\\/",
];

const mutations: readonly ((random: Random, body: Buffer) => Buffer)[] = [
  (_random, body) => body,
  (random, body) =>
    inserted(
      random,
      body,
      oneOf(random, [
        "\\ud800",
        "\\udc00x",
        "\\ud83d",
        "%",
        "%ZZ",
        "\0",
        "\u2028",
        "\\u0000",
        "\\x",
        '"__proto__":{},',
        "NaN",
        "-0",
        "1e999",
        "9".repeat(400),
        "\ufeff",
        "\r\n",
        "\\/",
      ]),
    ),
  (random, body) => inserted(random, body, bytesOf(random, 1 + upTo(random, 8))),
  (random, body) =>
    inserted(random, body, oneOf(random, fillers).repeat(1 + upTo(random, oneOf(random, [10, 2000, 40_000])))),
  (random, body) => body.subarray(0, upTo(random, body.length + 1)),
  (random, body) => Buffer.concat([Buffer.from(oneOf(random, ["\ufeff", "\u0000", " ", "\n", ")]}',\n"])), body]),
  (_random, body) => gzipSync(body),
  (_random, body) => Buffer.from(body.toString("base64")),
  (_random, body) => Buffer.from(body.toString("utf8"), "utf16le"),
  (_random, body) => Buffer.from(JSON.stringify(body.toString("utf8"))),
  (_random, body) => Buffer.concat([body, body]),
  (random) => Buffer.from(nested(oneOf(random, ["[", '{"a":']), 1 + upTo(random, 20_000))),
  (random, body) => body.map((byte) => (chance(random, 0.05) ? upTo(random, 256) : byte)) as Buffer,
  (_random, body) => Buffer.from(body.toString("latin1").replaceAll(":", ": ").replaceAll(",", ",\r\n")),
];

const inserted = (random: Random, body: Buffer, what: string | Buffer): Buffer => {
  const at = upTo(random, body.length + 1);
  return Buffer.concat([body.subarray(0, at), Buffer.from(what), body.subarray(at)]);
};

/** A body, and the one that was signed in its place. */
export const hostileBody = (random: Random, largeShare = 0): { readonly sent: Buffer; readonly signed: Buffer } => {
  const original = Buffer.from(oneOf(random, events));
  if (chance(random, largeShare)) {
    const filler = oneOf(random, fillers);
    const sent = Buffer.from(filler.repeat(Math.floor((1 + random() * 8) * (1e6 / Buffer.byteLength(filler)))));
    return { sent: sent.subarray(0, 9_000_000), signed: original };
  }
  let sent = original;
  for (let left = upTo(random, 4); left > 0; left--) sent = Buffer.from(oneOf(random, mutations)(random, sent));
  return { sent: sent.subarray(0, 400_000), signed: chance(random, 0.3) ? sent : original };
};

const oddities = [
  "",
  " ",
  ",",
  "t=,v1=",
  "sha256=",
  "v1=",
  "null",
  "-1",
  "0",
  "1e999",
  "9".repeat(30),
  "%",
  "\xff\xfe",
  "=".repeat(100),
  "x".repeat(3000),
  "t=1,v1=a,v1=b,t=2",
  "v1,",
  "v1,AAAA v1a,BBBB",
];

/** The headers by which a request claims to be of some platform, with signatures right, wrong and odd. */
export const hostileHeaders = (random: Random, signed: Buffer): readonly (readonly [string, string])[] => {
  const seconds = String(1_781_870_400 + upTo(random, 100_000) - 50_000);
  const mac = (content: string | Buffer, hash = "sha256"): Buffer =>
    createHmac(hash, chance(random, 0.5) ? secret : "other")
      .update(content)
      .digest();
  const hex = mac(signed).toString("hex");
  const stamped = mac(Buffer.concat([Buffer.from(`${seconds}.`), signed])).toString("hex");
  const families: readonly (readonly (readonly [string, string])[])[] = [
    [
      ["x-arjun-signature", `sha256=${hex}`],
      ["x-arjun-event-type", "link.clicked"],
      ["x-arjun-attempt", "1"],
    ],
    [["Stripe-Signature", `t=${seconds},v1=${stamped}`]],
    [
      ["X-Hub-Signature-256", `sha256=${hex}`],
      ["X-GitHub-Event", "push"],
      ["X-Hub-Signature", `sha1=${mac(signed, "sha1").toString("hex")}`],
    ],
    [
      ["X-Shopify-Hmac-Sha256", mac(signed).toString("base64")],
      ["X-Shopify-Topic", "orders/create"],
    ],
    [
      ["webhook-id", "msg_1"],
      ["webhook-timestamp", seconds],
      ["webhook-signature", `v1,${mac(`msg_1.${seconds}.${signed.toString("latin1")}`).toString("base64")}`],
    ],
    [
      ["X-Slack-Signature", `v0=${mac(`v0:${seconds}:${signed.toString("latin1")}`).toString("hex")}`],
      ["X-Slack-Request-Timestamp", seconds],
    ],
    [
      ["X-HubSpot-Signature-v3", mac(signed).toString("base64")],
      ["X-HubSpot-Request-Timestamp", `${seconds}000`],
    ],
    [
      ["X-Apex-Signature", `sha256=${hex}`],
      ["X-AgentFlow-Signature", hex],
      ["X-SalesOS-Signature", hex],
    ],
    [],
  ];
  const [first = [], second = []] = families;
  const headers = [
    ...oneOf(random, [first, first, second, second, ...families]),
    ...(chance(random, 0.1) ? oneOf(random, families) : []),
  ].map(([name, value]) => [name, chance(random, 0.2) ? oneOf(random, oddities) : value] as const);
  const more: readonly (readonly [string, string])[] = [
    [
      "Content-Type",
      oneOf(random, [
        "application/json",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=utf-16",
        ";;;",
        "x".repeat(500),
      ]),
    ],
    ["Content-Encoding", oneOf(random, ["gzip", "br", "deflate", "identity", "gzip, gzip", "nonsense"])],
    ["Content-Digest", `sha-256=:${oneOf(random, ["", "AAAA", hex])}:`],
    ["X-Original-Content-Length", oneOf(random, ["10", "-1", "x"])],
    ["X-Forwarded-Proto", oneOf(random, ["https", "x", ","])],
    ["User-Agent", oneOf(random, ["a", "\x80\x90", "::error::x"])],
    ["Cookie", "a=b; ".repeat(upTo(random, 300))],
  ];
  return [...headers, ...more.filter(() => chance(random, 0.3))];
};

/** A request as it goes over the wire, whole or broken. */
export const wireOf = (random: Random, { target = "/hooks", largeShare = 0 } = {}): Buffer => {
  const { sent, signed } = hostileBody(random, largeShare);
  const method = chance(random, 0.9)
    ? "POST"
    : oneOf(random, ["GET", "PUT", "HEAD", "DELETE", "OPTIONS", "post", "G@T", ""]);
  const path = chance(random, 0.8)
    ? target
    : oneOf(random, [
        "/%",
        "/%ZZ?a=%E0%A4%A",
        "*",
        "http://x.test/a",
        "//",
        "/a b",
        `/${"x".repeat(2000)}`,
        "/\xff",
        "/?a=1&a=2#f",
        "",
      ]);
  const host = chance(random, 0.97) ? ["Host: x"] : oneOf(random, [[], ["Host: x", "Host: y"], ["Host:"]]);
  const lines = hostileHeaders(random, signed).map(([name, value]) => `${name}: ${value}`);
  const odd = chance(random, 0.95)
    ? []
    : [
        oneOf(random, [
          "No colon",
          " folded",
          "Na me: x",
          "Name : x",
          "X: a\0b",
          "Expect: 100-continue",
          "Expect: else",
          "Upgrade: h2c",
          "Connection: upgrade",
          "Connection: close",
          "TE: trailers",
          `Big: ${"x".repeat(70_000)}`,
          Array.from({ length: 3000 }, (_, at) => `X-${at}: y`).join("\r\n"),
        ]),
      ];
  const [framing, body] = framed(random, sent);
  const version = chance(random, 0.97)
    ? "HTTP/1.1"
    : oneOf(random, ["HTTP/1.0", "HTTP/2.0", "HTTP/1.2", "http/1.1", ""]);
  const head = [`${method} ${path} ${version}`, ...host, ...lines, ...odd, ...framing].join("\r\n");
  return Buffer.concat([Buffer.from(`${head}\r\n\r\n`, "latin1"), body]);
};

const framed = (random: Random, body: Buffer): readonly [readonly string[], Buffer] => {
  const { length } = body;
  if (chance(random, 0.6)) return [[`Content-Length: ${length}`], body];
  if (chance(random, 0.8)) return [["Transfer-Encoding: chunked"], chunked(random, body)];
  return oneOf<readonly [readonly string[], Buffer]>(random, [
    [[`Content-Length: ${length + 5}`], body],
    [[`Content-Length: ${Math.max(0, length - 3)}`], body],
    [["Content-Length: -1"], body],
    [[`Content-Length: ${length}`, `Content-Length: ${length + 1}`], body],
    [[`Content-Length: ${length}`, "Transfer-Encoding: chunked"], chunked(random, body)],
    [["Transfer-Encoding: gzip, chunked"], chunked(random, body)],
    [["Transfer-Encoding: chunked, identity"], body],
    [["Transfer-Encoding: chunked"], body],
    [[], body],
  ]);
};

const chunked = (random: Random, body: Buffer): Buffer => {
  // No more than some thousands of chunks: one byte each is for small bodies.
  const largest = Math.max(1, oneOf(random, [1, 10, 5000]), Math.ceil(body.length / 5000));
  const extension = oneOf(random, ["", "", ";a=b", ';q="x y"', ";", `;${"e".repeat(200)}`]);
  const pieces: Buffer[] = [];
  for (let at = 0; at < body.length;) {
    const piece = body.subarray(at, at + 1 + upTo(random, largest));
    pieces.push(Buffer.from(`${piece.length.toString(16)}${extension}\r\n`), piece, Buffer.from("\r\n"));
    at += piece.length;
  }
  const end = oneOf(random, [
    "0\r\n\r\n",
    "0\r\n\r\n",
    "0\r\nTrailer: x\r\n\r\n",
    "00\r\n\r\n",
    "0\n\n",
    "zz\r\n\r\n",
    "",
  ]);
  return Buffer.concat([...pieces, Buffer.from(end)]);
};

/** How bytes are sent, and what is done with the connection afterwards. */
export interface Sending {
  readonly bytes: Buffer;
  readonly piece: number;
  readonly ending: "wait" | "end" | "reset";
}

/** What one connection sends: one request or several, whole or cut off. */
export const sendingOf = (random: Random, largeShare = 0): Sending => {
  const requests = Array.from({ length: chance(random, 0.85) ? 1 : 1 + upTo(random, 4) }, () =>
    wireOf(random, { largeShare }),
  );
  const whole = Buffer.concat(requests);
  const bytes = chance(random, 0.92) ? whole : whole.subarray(0, upTo(random, whole.length));
  const piece = chance(random, 0.8)
    ? bytes.length + 1
    : Math.max(1 + upTo(random, 2000), Math.ceil(bytes.length / 200));
  return { bytes, piece, ending: chance(random, 0.85) ? "end" : oneOf(random, ["wait", "reset"]) };
};

/** Sends, and resolves with all that came back when the other side has closed, or no answer came for a while. */
export const sendHostile = (port: number, { bytes, piece, ending }: Sending): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    let text = "";
    const done = (): void => {
      socket.destroy();
      resolve(text);
    };
    socket.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")));
    socket.on("error", done);
    socket.on("end", done);
    socket.on("close", done);
    // Of a request that is not whole nothing more comes.
    socket.setTimeout(ending === "wait" ? 300 : 10_000, done);
    let at = 0;
    const write = (): void => {
      while (at < bytes.length) {
        const next = bytes.subarray(at, at + piece);
        at += next.length;
        if (!socket.write(next)) return void socket.once("drain", write);
      }
      if (ending === "reset") socket.resetAndDestroy();
      else if (ending === "end") socket.end();
    };
    socket.on("connect", write);
  });
