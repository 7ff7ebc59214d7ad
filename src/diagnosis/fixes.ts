import { headerValue } from "../request/request.ts";
import type { HeaderPair } from "../request/request.ts";
import type { FindingCode } from "../signature/verdict.ts";

/** A fix as code for one stack, and the header that gives the stack away. */
interface StackFix {
  readonly stack: string;
  readonly code: string;
  readonly mark: RegExp;
}

/** How each common stack hands out the raw body. */
const rawBody: readonly StackFix[] = [
  {
    stack: "Express",
    mark: /express/i,
    code: "app.post('/hooks', express.raw({ type: '*/*' }), (req, res) => verify(req.body))  // before any express.json()",
  },
  {
    stack: "Fastify",
    mark: /fastify/i,
    code: "app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (req, body, done) => done(null, body))",
  },
  {
    stack: "Next.js",
    mark: /next/i,
    code: "export async function POST(req) { const raw = Buffer.from(await req.arrayBuffer()) }",
  },
  { stack: "Hono", mark: /hono/i, code: "const raw = await c.req.arrayBuffer()  // not c.req.json()" },
  { stack: "Flask", mark: /flask|werkzeug|python/i, code: "raw = request.get_data()  # before request.json" },
  { stack: "Django", mark: /django|gunicorn/i, code: "raw = request.body  # before request.POST" },
  { stack: "Rails", mark: /rails|rack|puma|passenger/i, code: "raw = request.raw_post" },
  { stack: "Laravel", mark: /laravel|php/i, code: "$raw = $request->getContent();" },
  { stack: "Go", mark: /\bgo-http|golang/i, code: "raw, err := io.ReadAll(r.Body)" },
  { stack: "Spring", mark: /spring|java/i, code: '@PostMapping("/hooks") void hook(@RequestBody byte[] raw)' },
  {
    stack: "AWS Lambda",
    mark: /amazon|apigateway|aws/i,
    code: "const raw = Buffer.from(event.body, event.isBase64Encoded ? 'base64' : 'utf8')",
  },
];

const first: Readonly<Record<FindingCode, string>> = {
  "signature-missing": "Send the signature header with every request, and let no proxy strip or rename it.",
  "signature-malformed": "Send the signature in the documented form, with nothing around it.",
  "signature-prefix":
    "Write the header exactly as documented, prefix included; the verifier must not strip what is not there.",
  "signature-encoding": "Use the documented notation: digest('hex') for lower-case hex, digest('base64') for base64.",
  "signature-truncated": "Keep the whole header value: 64 hex digits or 44 base64 characters for SHA-256.",
  "timestamp-missing": "Send the timestamp header that was signed, and let no proxy strip it.",
  "timestamp-malformed": "Send the timestamp as whole epoch digits, as documented.",
  "timestamp-stale":
    "Verify when the request arrives; for a captured one judge it at its own time: --at TIME. Otherwise set this machine's clock (timedatectl, w32tm /resync).",
  "timestamp-future": "Set the sender's or this machine's clock (timedatectl, w32tm /resync).",
  "timestamp-unit": "Use the documented unit: Math.floor(Date.now() / 1000) gives seconds, Date.now() milliseconds.",
  "secret-whitespace":
    "Store the secret without outer blanks: printf '%s' \"$SECRET\" > file (not echo), process.env.SECRET.trim(), os.environ['SECRET'].strip().",
  "secret-encoding":
    "Use the key as the platform documents it: as text where it says so, else Buffer.from(secret.replace(/^whsec_/, ''), 'base64').",
  "secret-other": "Configure the secret that is named above for this endpoint.",
  "body-reserialized": "Verify the raw bytes and parse them afterwards:",
  "body-escapes": "Verify the raw bytes and parse them afterwards:",
  "body-numbers": "Verify the raw bytes and parse them afterwards:",
  "body-whitespace":
    "Keep the body byte for byte: printf '%s' for echo, curl --data-binary @file for -d, no trim(). In code:",
  "body-line-endings":
    "Keep the body byte for byte: curl --data-binary @file, `*.json -text` in .gitattributes. In code:",
  "body-bom": "Save without a byte order mark, and read the body as bytes:",
  "body-charset": "Take the body as bytes, never as text in a default charset:",
  "body-compressed": "Sign and verify the same bytes: decompress (or do not) on both sides alike. In code:",
  "body-empty": "Read the raw body before any parser consumes it:",
  "body-truncated":
    "Raise the body limit (Express: limit; nginx: client_max_body_size), and refuse a body shorter than its Content-Length.",
  "body-altered":
    "Find the hop that changes the body: capture before and after it and run `hookproof compare SENT RECEIVED`.",
  "algorithm-other": "Use the documented algorithm on both sides.",
  "content-other": "Sign and verify the documented content; behind a proxy or tunnel give the verifier the public URL.",
  "provider-other": "Verify with that provider: -p ID, or -p auto.",
  unexplained:
    "Gather: the request as it was sent (hookproof verify … --sent FILE, or hookproof compare SENT RECEIVED), a capture in front of every proxy and parser (hookproof listen --capture FILE), the secret as the platform shows it now (several: repeat --secret), and the public URL (--url) where it is signed.",
};

const needsRaw = new Set<FindingCode>([
  "body-reserialized",
  "body-escapes",
  "body-numbers",
  "body-whitespace",
  "body-line-endings",
  "body-bom",
  "body-charset",
  "body-compressed",
  "body-empty",
]);

/** The fix of a finding; where it is code, for each common stack, the one the headers show first. */
export const fixesFor = (code: FindingCode, headers: readonly HeaderPair[]): string => {
  if (!needsRaw.has(code)) return first[code];
  const told = toldStack(headers);
  const stacks = rawBody.toSorted((a, b) => Number(b.mark.test(told)) - Number(a.mark.test(told)));
  return [first[code], ...stacks.map((one) => `${one.stack}: ${one.code}`)].join("\n");
};

/** Whether the headers give a stack away, whose code then stands first in a fix. */
export const namesStack = (headers: readonly HeaderPair[]): boolean => {
  const told = toldStack(headers);
  return rawBody.some(({ mark }) => mark.test(told));
};

const toldStack = (headers: readonly HeaderPair[]): string =>
  ["x-powered-by", "server", "via", "user-agent"].map((name) => headerValue(headers, name) ?? "").join(" ");
