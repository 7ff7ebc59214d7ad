// The minimum that `hookproof listen` has to do, on the same library: read, verify, append, respond.
import { createHmac, timingSafeEqual } from "node:crypto";
import { openSync, writeSync } from "node:fs";
import { createServer } from "node:http";

const secret = process.env.BENCH_SECRET;
const capture = openSync(process.argv[2], "a");

const isValid = (body, header = "") => {
  const right = Buffer.from(`sha256=${createHmac("sha256", secret).update(body).digest("hex")}`);
  const given = Buffer.from(header);
  return given.length === right.length && timingSafeEqual(given, right);
};

const server = createServer((req, res) => {
  const pieces = [];
  req.on("data", (piece) => pieces.push(piece));
  req.on("end", () => {
    const body = Buffer.concat(pieces);
    const record = {
      receivedAt: new Date().toISOString(),
      method: req.method,
      target: req.url,
      headers: req.rawHeaders,
      body: body.toString(),
      valid: isValid(body, req.headers["x-arjun-signature"]),
    };
    writeSync(capture, `${JSON.stringify(record)}\n`);
    res.writeHead(204).end();
  });
});
server.listen(0, "127.0.0.1", () => console.log(`{"url":"http://127.0.0.1:${server.address().port}/"}`));
