import { createHmac } from "node:crypto";
import { createServer as createTcpServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { createServer as createTlsServer } from "node:https";
import { createServer as createHttpServer } from "node:http";
import { generate } from "selfsigned";
import { afterEach, describe, expect, test } from "vitest";
import { Secret } from "../../src/values/secret.ts";
import { answer, startReceiver, withReceiver } from "./receivers/receiver.ts";
import type { Behaviour } from "./receivers/receiver.ts";
import { schemeOf } from "./receivers/schemes.ts";
import { adviceIds, checkUrl, failedIds, failures } from "./support.ts";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

const start = async (scheme: ReturnType<typeof schemeOf>, wrong: Partial<Behaviour> = {}) => {
  const receiver = await startReceiver(scheme, wrong);
  closing.push(receiver.close);
  return receiver;
};

const odd: readonly (readonly [string, Partial<Behaviour>])[] = [
  ["answers 202 without a body", { onEvent: answer(202), onDuplicate: answer(202), onUnknownType: answer(202) }],
  ["answers 204", { onEvent: answer(204), onDuplicate: answer(204), onUnknownType: answer(204) }],
  ["rejects with 400", { reject: answer(400) }],
  ["rejects with 403 and a page", { reject: answer(403, "<html><body>Forbidden</body></html>") }],
  ["has no GET and says so with 501, as Python's http.server does", { onMethod: answer(501) }],
  ["takes nothing from the future", { isTimely: (age) => age <= 300 && age >= 0 }],
  ["rejects with 422 for JSON and 404 for GET", { onMalformed: answer(422), onMethod: answer(404) }],
  [
    "closes each connection",
    {
      before: (_request, response) => {
        response.setHeader("Connection", "close");
        return false;
      },
    },
  ],
  ["rejects before it has read the body", { mustVerify: () => true, onMethod: answer(401) }],
  [
    "takes its time",
    {
      before: async () => {
        await new Promise((resolve) => setTimeout(resolve, 30));
        return false;
      },
    },
  ],
  [
    "sends 102 first",
    {
      before: (_request, response) => {
        response.writeProcessing();
        return false;
      },
    },
  ],
];

// Without and with a timestamp in turn.
const right = odd.map(([name, behaviour], at) => [name, at % 2 === 0 ? "10x" : "agentflow", behaviour] as const);

describe("a receiver that is right in an odd way", () => {
  test.concurrent.each(right)("gives no alarm: it %s (%s)", (_name, id, behaviour) =>
    withReceiver(schemeOf(id), behaviour, async ({ url }) => {
      expect(failures(await checkUrl(url, schemeOf(id)))).toEqual([]);
    }),
  );
});

test("a receiver that speaks HTTP/1.0 and closes after each answer gives no alarm", async () => {
  const scheme = schemeOf("github");
  const server = createTcpServer((socket: Socket) => {
    let bytes = Buffer.alloc(0);
    let isDone = false;
    socket.on("error", () => undefined);
    socket.on("data", (chunk) => {
      bytes = Buffer.concat([bytes, chunk]);
      const head = bytes.indexOf("\r\n\r\n");
      if (head < 0 || isDone) return;
      const text = bytes.subarray(0, head).toString("latin1");
      const header = (headerName: string): string =>
        new RegExp(`^${headerName}: *(.*)$`, "im").exec(text)?.[1]?.trim() ?? "";
      let body = bytes.subarray(head + 4);
      if (/chunked/i.test(header("transfer-encoding"))) {
        if (!body.toString("latin1").endsWith("0\r\n\r\n")) return;
        const parts: Buffer[] = [];
        for (let at = 0; ;) {
          const line = body.indexOf("\r\n", at);
          const size = Number.parseInt(body.subarray(at, line).toString(), 16);
          if (size === 0) break;
          parts.push(body.subarray(line + 2, line + 2 + size));
          at = line + 2 + size + 2;
        }
        body = Buffer.concat(parts);
      } else if (body.length < Number(header("content-length"))) return;
      isDone = true;
      const wanted = `sha256=${createHmac("sha256", scheme.secret).update(body).digest("hex")}`;
      const isJson = ((): boolean => {
        try {
          JSON.parse(body.toString());
          return true;
        } catch {
          return false;
        }
      })();
      const status = !text.startsWith("POST")
        ? 405
        : header("x-hub-signature-256") !== wanted
          ? 401
          : isJson
            ? 200
            : 400;
      socket.end(`HTTP/1.0 ${status} X\r\nServer: old\r\n\r\nbye`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  expect(failures(await checkUrl(url, scheme))).toEqual([]);
});

test("with a secret that is not the receiver's, only the valid delivery fails and nothing else is tested", async () => {
  const { url } = await start(schemeOf("10x"));
  const report = await checkUrl(url, schemeOf("10x"), { secret: new Secret("other", "not-it") });
  expect(failures(report)).toEqual(['accepts-valid: 401 "invalid signature", also when signed with another secret']);
  const rest = report.cases.slice(1).map(({ status, observed }) => `${status}: ${observed}`);
  expect(new Set(rest)).toEqual(new Set(['skip: the valid delivery is not accepted: 401 "invalid signature"']));
});

test("if nothing is listening, the valid delivery fails and the rest is skipped immediately", async () => {
  const { url, close } = await startReceiver(schemeOf("10x"));
  await close();
  const report = await checkUrl(url, schemeOf("10x"));
  expect(failedIds(report)).toEqual(["accepts-valid"]);
  expect(report.cases[0]?.fix).toContain("is the receiver running");
  expect(report.passed).toBe(0);
});

describe("accepts-rotated-secret", () => {
  const rotated = [new Secret("new", "whsec_other")];

  test.each(["10x", "stripe"] as const)("passes for a %s receiver that knows both", async (name) => {
    const scheme = schemeOf(name);
    const { url } = await start(scheme, { secrets: () => [scheme.secret, "whsec_other"] });
    const report = await checkUrl(url, scheme, { rotated, only: ["accepts-rotated-secret"] });
    expect(report.cases.map(({ status }) => status)).toEqual(["pass"]);
  });

  test("fails where only the first is known, and where only the first signature is looked at", async () => {
    const single = await start(schemeOf("10x"));
    expect(
      failedIds(await checkUrl(single.url, schemeOf("10x"), { rotated, only: ["accepts-rotated-secret"] })),
    ).toHaveLength(1);
    const stripe = schemeOf("stripe");
    const { url } = await start({ ...stripe, given: (value) => stripe.given(value).slice(0, 1) });
    expect(failedIds(await checkUrl(url, stripe, { rotated, only: ["accepts-rotated-secret"] }))).toHaveLength(1);
  });
});

describe("applies-once", () => {
  test.concurrent("passes where duplicates are dropped, also when the work comes later", () =>
    withReceiver(schemeOf("agentflow"), {}, async (receiver) => {
      const counts: { at: number; count: number }[] = [];
      const effects = async (): Promise<number> => {
        counts.push({ at: Date.now(), count: receiver.applied() });
        return counts.findLast(({ at }) => at <= Date.now() - 300)?.count ?? 0;
      };
      const report = await checkUrl(receiver.url, schemeOf("agentflow"), { effects, only: ["applies-once"] });
      expect(failures(report)).toEqual([]);
      expect(report.passed).toBe(1);
    }));

  test.concurrent("fails where a duplicate is done again, and where the count does not move", () =>
    withReceiver(schemeOf("10x"), { dedupe: false }, async (receiver) => {
      const effects = async (): Promise<number> => receiver.applied();
      const report = await checkUrl(receiver.url, schemeOf("10x"), { effects, only: ["applies-once"] });
      expect(failures(report)).toEqual([expect.stringContaining("the duplicates raised the count by 2")]);
    }));

  test.concurrent("fails where two deliveries at the same moment both pass the look-up", () => {
    const done = new Set<string>();
    let applied = 0;
    const wrong: Partial<Behaviour> = {
      dedupe: false,
      parse: (body) => {
        const event = JSON.parse(body.toString()) as Record<string, unknown>;
        const id = String(event["id"] as string);
        // Look up, work, then remember: the usual race.
        if (!done.has(id)) {
          applied++;
          setTimeout(() => done.add(id), 400);
        }
        return event;
      },
      before: async () => {
        await new Promise((resolve) => setTimeout(resolve, 10));
        return false;
      },
    };
    return withReceiver(schemeOf("10x"), wrong, async ({ url }) => {
      const report = await checkUrl(url, schemeOf("10x"), { effects: async () => applied, only: ["applies-once"] });
      expect(failures(report)).toEqual([expect.stringContaining("at the same time raised the count by 2")]);
    });
  });
});

describe("refuses-plain-http", () => {
  const made = generate([{ name: "commonName", value: "localhost" }], { keySize: 2048 });
  const both = async (takesPlain: boolean): Promise<string> => {
    const pem = await made;
    const handle: Parameters<typeof createHttpServer>[1] = (_request, response) => void response.writeHead(200).end();
    const secure = createTlsServer({ key: pem.private, cert: pem.cert }, handle);
    const plain = createHttpServer(handle);
    // One port for both, told apart by the first byte of a TLS handshake.
    const server = createTcpServer((socket) => {
      socket.on("error", () => undefined);
      socket.once("data", (first) => {
        socket.pause();
        socket.unshift(first);
        if (first[0] === 0x16) secure.emit("connection", socket);
        else if (takesPlain) plain.emit("connection", socket);
        else socket.destroy();
        process.nextTick(() => socket.resume());
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    closing.push(() => new Promise((resolve) => server.close(resolve)));
    return `https://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`;
  };
  const only = ["refuses-plain-http"] as const;
  const connection = { insecure: true };

  test("fails where the same address takes plain HTTP, passes where it does not", async () => {
    const scheme = schemeOf("agentflow");
    expect(failedIds(await checkUrl(await both(true), scheme, { connection, only }))).toEqual(only);
    expect((await checkUrl(await both(false), scheme, { connection, only })).passed).toBe(1);
    const untrusted = await checkUrl(await both(false), scheme, { only: ["accepts-valid"] });
    expect(untrusted.cases[0]?.fix).toContain("--cacert");
  });

  test("tells nothing where the same delivery is not accepted without it either", async () => {
    const { url } = await start(schemeOf("10x"), { before: (_, response) => (response.writeHead(500).end(), true) });
    expect((await checkUrl(url, schemeOf("10x"), { only })).cases).toMatchObject([
      { id: "accepts-valid", status: "fail" },
      { status: "skip", observed: "the valid delivery is not accepted: 500" },
    ]);
  });

  test("fails for a plain address of another machine, and tells nothing for one of this machine", async () => {
    const { url } = await start(schemeOf("agentflow"));
    const { port } = new URL(url);
    const resolve = [{ host: "hooks.example", port: Number(port), address: "127.0.0.1" }];
    const away = `http://hooks.example:${port}/hooks`;
    expect(failedIds(await checkUrl(away, schemeOf("agentflow"), { connection: { resolve }, only }))).toEqual(only);
    expect((await checkUrl(url, schemeOf("agentflow"), { only })).skipped).toBe(1);
  });
});

test("a receiver's response text is shown as sent, however the response is framed", async () => {
  const server = createHttpServer((request, response) => {
    request.resume().on("end", () => {
      // Without a length: Node sends it in chunks.
      response.writeHead(500);
      response.write("no such");
      response.end(" tenant");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`;
  const only = ["accepts-valid", "ignores-header-case", "accepts-chunked"] as const;
  const report = await checkUrl(url, schemeOf("10x"), { only });
  expect(failures(report)).toEqual(['accepts-valid: 500 "no such tenant", also when signed with another secret']);
});

describe("a refusal that is not the handler's", () => {
  const login = [
    "401 and a token",
    401,
    '{"error":"missing bearer token"}',
    /its text is about a login or token/,
  ] as const;
  const firewall = [
    "403 and a page",
    403,
    "<!doctype html><title>Just a moment...</title>",
    /also when signed with/,
  ] as const;
  test.each([login, firewall])("is not blamed on its verification: %s", async (_name, status, text, words) => {
    const { url } = await start(schemeOf("10x"), {
      before: (_request, response) => !!response.writeHead(status).end(text),
    });
    const report = await checkUrl(url, schemeOf("10x"));
    expect(failures(report)).toEqual([expect.stringMatching(words)]);
    expect(report.cases.find(({ id }) => id === "accepts-valid")?.fix).toMatch(
      /^(?:Allow this path|A webhook handler rarely)/,
    );
  });

  test("is not seen where the words are of the signature", async () => {
    const text = '{"error":"unauthenticated: bad webhook signature"}';
    const { url } = await start(schemeOf("10x"), {
      before: (_request, response) => !!response.writeHead(401).end(text),
    });
    expect(failures(await checkUrl(url, schemeOf("10x")))).toEqual([
      expect.stringMatching(/also when signed with another/),
    ]);
  });

  test("a page for every path is one failure: nothing handles this one", async () => {
    const page = "<!doctype html><title>App</title>";
    const { url } = await start(schemeOf("10x"), {
      before: (_request, response) => !!response.writeHead(200).end(page),
    });
    const report = await checkUrl(url, schemeOf("10x"));
    expect(failures(report)).toEqual([
      expect.stringMatching(/^accepts-valid: 200 \(HTML page "App"\): .*nothing handles this one/),
    ]);
    expect(adviceIds(report)).toEqual([]);
  });
});
