import { headerValue } from "../request/request.ts";
import type { HeaderPair } from "../request/request.ts";
import { advice } from "../signature/advice.ts";
import type { FindingCode } from "../signature/verdict.ts";

/** A fix for one stack, and the header that identifies the stack. */
interface StackFix {
  readonly stack: string;
  readonly code: string;
  readonly mark: RegExp;
}

/** How each common stack provides the raw body. */
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

/** The fix for a finding. If it lists code for several stacks, the stack identified by the headers comes first. */
export const fixesFor = (code: FindingCode, headers: readonly HeaderPair[]): string => {
  const { fix, needsRawBody } = advice[code];
  if (!needsRawBody) return fix;
  const stack = detectStack(headers);
  const stacks = rawBody.toSorted((a, b) => Number(b.mark.test(stack)) - Number(a.mark.test(stack)));
  return [fix, ...stacks.map((one) => `${one.stack}: ${one.code}`)].join("\n");
};

/** The code that provides the raw body, by stack. */
export const stackFixes: readonly Pick<StackFix, "stack" | "code">[] = rawBody.map(({ stack, code }) => ({
  stack,
  code,
}));

/** The stack that the headers identify. */
export const stackOf = (headers: readonly HeaderPair[]): string | undefined => {
  const stack = detectStack(headers);
  return rawBody.find(({ mark }) => mark.test(stack))?.stack;
};

/** Whether the headers identify a stack; its code then comes first in a fix. */
export const namesStack = (headers: readonly HeaderPair[]): boolean => stackOf(headers) !== undefined;

const detectStack = (headers: readonly HeaderPair[]): string =>
  ["x-powered-by", "server", "via", "user-agent"].map((name) => headerValue(headers, name) ?? "").join(" ");
