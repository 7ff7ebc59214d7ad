// The minimum that `hookproof send --count` has to do, on the same library: make an event, sign it, send it, record the
// outcome.
import { deliverAll } from "./client.mjs";

const [count, url, record] = process.argv.slice(2);

function* events() {
  for (let at = 0; at < Number(count); at++) {
    const id = `evt_${String(at).padStart(24, "0")}`;
    const occurredAt = new Date().toISOString();
    const payload = { link: "https://x.test/a", visitor: { country: "DE", device: "mobile" } };
    const type = "link.clicked";
    yield { id, type, body: Buffer.from(JSON.stringify({ id, type, handle: "bench", occurredAt, payload })) };
  }
}

const making = events();
const shared = { [Symbol.iterator]: () => ({ next: () => making.next() }) };
await deliverAll(url, shared, record);
