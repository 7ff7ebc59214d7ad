// The minimum that `hookproof replay` has to do, on the same libraries: read each entry, sign it, send it, record the
// outcome.
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { deliverAll } from "./client.mjs";

const [queue, url, record] = process.argv.slice(2);

async function* entries() {
  for await (const line of createInterface({ input: createReadStream(queue) })) {
    const { eventId, eventType, request } = JSON.parse(line);
    yield { id: eventId, type: eventType, body: Buffer.from(request.body.data, request.body.encoding) };
  }
}

// The workers share one generator. Without this wrapper, the first `for await` to finish would close it for all.
const reading = entries();
const shared = { [Symbol.asyncIterator]: () => ({ next: () => reading.next() }) };
await deliverAll(url, shared, record);
