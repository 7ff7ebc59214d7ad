// A gateway that does what express.json() and JSON.stringify(req.body) do: it parses each body and forwards it re-serialized.
import { createServer } from "node:http";

const [port = "9001", target = "http://localhost:9000/hooks"] = process.argv.slice(2);

const forward = async ({ headers: all }, body) => {
  const { host: _host, "content-length": _length, connection: _connection, ...headers } = all;
  const { status } = await fetch(target, { method: "POST", headers, body: JSON.stringify(JSON.parse(body)) });
  return status;
};

createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    forward(request, Buffer.concat(chunks)).then(
      (status) => response.writeHead(status).end(),
      () => response.writeHead(502).end(),
    );
  });
}).listen(Number(port), "127.0.0.1", () => process.stdout.write(`gateway on http://localhost:${port}\n`));
