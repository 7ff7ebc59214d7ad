/** Code for common stacks, one line each; shared by fixes and docs. */
export interface Stack {
  readonly name: string;
  /** Reads the raw body before anything parses it. */
  readonly rawBody: string;
  /** Sets the body size limit. */
  readonly bodyLimit: string;
}

const stacks: readonly Stack[] = [
  {
    name: "Express",
    rawBody: 'express.raw({ type: "*/*", limit: "5mb" }) // then req.body',
    bodyLimit: 'express.raw({ type: "*/*", limit: "5mb" }) // 100kb unless given',
  },
  {
    name: "Fastify",
    rawBody:
      'const asIs = (_, body, done) => done(null, body);\naddContentTypeParser("*", { parseAs: "buffer" }, asIs)',
    bodyLimit: "Fastify({ bodyLimit: 5_000_000 })",
  },
  {
    name: "Next.js",
    rawBody: "Buffer.from(await request.arrayBuffer()) // route handler",
    bodyLimit: "export const config = { api: { bodyParser: false } }",
  },
  {
    name: "Hono",
    rawBody: "Buffer.from(await c.req.arrayBuffer())",
    bodyLimit: "bodyLimit({ maxSize: 5_000_000 })",
  },
  {
    name: "Flask",
    rawBody: "body = request.get_data()",
    bodyLimit: 'app.config["MAX_CONTENT_LENGTH"] = 5_000_000',
  },
  {
    name: "Django",
    rawBody: "body = request.body",
    bodyLimit: "DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000",
  },
  { name: "Rails", rawBody: "body = request.raw_post", bodyLimit: "none in the framework: check the proxy's" },
  { name: "Laravel", rawBody: "$body = $request->getContent();", bodyLimit: "post_max_size = 8M ; php.ini" },
  {
    name: "Go",
    rawBody: "body, err := io.ReadAll(r.Body)",
    bodyLimit: "http.MaxBytesReader(w, r.Body, 5_000_000)",
  },
  {
    name: "Spring",
    rawBody: "handle(@RequestBody byte[] body, @RequestHeader HttpHeaders h)",
    bodyLimit: "server.tomcat.max-swallow-size=5MB",
  },
  {
    name: "Lambda",
    rawBody: 'Buffer.from(body, isBase64Encoded ? "base64" : "utf8")',
    bodyLimit: "6 MB, a fixed limit",
  },
];

/** Constant-time comparison that doesn't throw on different lengths, one line per language. */
const comparisons: readonly (readonly [language: string, code: string])[] = [
  ["Node.js", "a.length === b.length && crypto.timingSafeEqual(a, b) // Buffers"],
  ["Python", "hmac.compare_digest(a, b) # bytes"],
  ["Ruby", "ActiveSupport::SecurityUtils.secure_compare(a, b)"],
  ["PHP", "hash_equals($expected, $given)"],
  ["Go", "hmac.Equal(a, b)"],
  ["Java", "MessageDigest.isEqual(a, b)"],
];

const table = (rows: readonly (readonly [string, string])[]): string => {
  const width = Math.max(...rows.map(([name]) => name.length));
  const next = `\n${" ".repeat(width + 4)}`;
  return rows.map(([name, code]) => `  ${name.padEnd(width)}  ${code.replaceAll("\n", next)}`).join("\n");
};

export const rawBodyCode = table(stacks.map(({ name, rawBody }) => [name, rawBody]));
export const bodyLimitCode = table(stacks.map(({ name, bodyLimit }) => [name, bodyLimit]));
export const comparisonCode = table(comparisons);
