// A 10x receiver that verifies, acknowledges, and parses later without a try: malformed JSON ends the process.
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import { argv, stdout } from "node:process";

const [, , secret = ""] = argv;

const server = createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    if (request.method !== "POST") return response.writeHead(405).end();
    const body = Buffer.concat(chunks);
    const given = Buffer.from(String(request.headers["x-arjun-signature"] ?? ""));
    const expected = Buffer.from(`sha256=${createHmac("sha256", secret).update(body).digest("hex")}`);
    const isSigned = given.length === expected.length && timingSafeEqual(given, expected);
    response.writeHead(isSigned ? 202 : 401).end();
    return isSigned ? setImmediate(() => JSON.parse(body.toString())) : undefined;
  });
});
server.listen(0, "127.0.0.1", () => stdout.write(String(server.address().port)));
