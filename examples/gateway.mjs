// A gateway that does what express.json() and JSON.stringify(req.body) do: it parses each body and forwards it re-serialized.
import { createServer } from "node:http";

const [port = "9001", target = "http://localhost:9000/hooks"] = process.argv.slice(2);

createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const { host: _host, "content-length": _length, connection: _connection, ...headers } = request.headers;
  const body = JSON.stringify(JSON.parse(Buffer.concat(chunks)));
  const { status } = await fetch(target, { method: "POST", headers, body });
  response.writeHead(status).end();
}).listen(Number(port), "127.0.0.1", () => process.stdout.write(`gateway on http://localhost:${port}\n`));
