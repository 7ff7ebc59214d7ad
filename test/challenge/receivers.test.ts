import { App, HTTPReceiver, LogLevel } from "@slack/bolt";
import { createHmac, timingSafeEqual } from "node:crypto";
import type { createServer } from "node:http";
import type { RequestListener } from "node:http";
import express from "express";
import type { Request, Response } from "express";
import { afterEach, describe, expect, test } from "vitest";
import { challengeLine } from "../../src/commands/send/schema.ts";
import { serve } from "../check/receivers/receiver.ts";
import { run, temporaryFolder } from "../support/run.ts";
import type { RunOptions, RunResult } from "../support/run.ts";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fixtures } from "./support.ts";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

const shared = "0123456789abcdef0123456789abcdef";
const mac = (text: string | Buffer, encoding: "hex" | "base64"): string =>
  createHmac("sha256", shared).update(text).digest(encoding);
const isEqual = (one: string, other: string): boolean =>
  one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
const bodyOf = (request: Request) => JSON.parse(String(request.body));
const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

type Handler = (request: Request, response: Response) => unknown;
const answerTo = { token: "meatyhamhock" };

/** What each platform's page, or its sample application, does with its challenge, as an Express handler; events get 200. */
const documented: Readonly<Record<string, Handler>> = {
  meta: ({ method, query }, response) =>
    method === "GET"
      ? query["hub.mode"] === "subscribe" && query["hub.verify_token"] === answerTo.token
        ? response.status(200).send(query["hub.challenge"])
        : response.sendStatus(403)
      : response.sendStatus(200),
  zoom: (request, response) => {
    const body = bodyOf(request);
    const content = `v0:${request.get("x-zm-request-timestamp")}:${String(request.body)}`;
    if (!isEqual(`v0=${mac(content, "hex")}`, request.get("x-zm-signature") ?? "")) return response.sendStatus(401);
    if (body.event !== "endpoint.url_validation") return response.sendStatus(200);
    const { plainToken } = body.payload;
    return response.status(200).json({ plainToken, encryptedToken: mac(plainToken, "hex") });
  },
  "microsoft-graph": ({ query }, response) =>
    query["validationToken"] === undefined
      ? response.sendStatus(202)
      : response.set("Content-Type", "text/plain").send(query["validationToken"]),
  dropbox: ({ query }, response) =>
    response.set({ "Content-Type": "text/plain", "X-Content-Type-Options": "nosniff" }).send(query["challenge"]),
  twitter: ({ query }, response) =>
    response.json({ response_token: `sha256=${mac(textOf(query["crc_token"]), "base64")}` }),
  eventgrid: (request, response) =>
    request.method === "OPTIONS"
      ? response.set("WebHook-Allowed-Origin", request.get("WebHook-Request-Origin")).sendStatus(200)
      : response.json({ validationResponse: bodyOf(request)[0].data.validationCode }),
  okta: (request, response) => response.json({ verification: request.get("x-okta-verification-challenge") }),
  asana: (request, response) => {
    const secret = request.get("X-Hook-Secret");
    return secret === undefined ? response.sendStatus(200) : response.set("X-Hook-Secret", secret).sendStatus(200);
  },
  notion: (_request, response) => response.sendStatus(200),
  monday: (request, response) => response.json({ challenge: bodyOf(request).challenge }),
  xero: (request, response) =>
    response
      .status(isEqual(mac(request.body as Buffer, "base64"), request.get("x-xero-signature") ?? "") ? 200 : 401)
      .end(),
  linkedin: ({ query }, response) =>
    response.json({
      challengeCode: query["challengeCode"],
      challengeResponse: mac(textOf(query["challengeCode"]), "hex"),
    }),
};

const start = async (handler: Handler): Promise<string> => {
  const app = express();
  app.use(express.raw({ type: () => true }), (request, response) => void handler(request, response));
  const server = await serve(app);
  closing.push(server.close);
  return server.url;
};

/** Slack's own framework: its receiver answers the challenge. */
const startBolt = async (): Promise<string> => {
  const receiver = new HTTPReceiver({ signingSecret: shared, endpoints: ["/hooks"], logLevel: LogLevel.ERROR });
  const app = new App({ token: "xoxb-none", receiver, logLevel: LogLevel.ERROR, tokenVerificationEnabled: false });
  const server = await app.start(0);
  closing.push(() => app.stop() as Promise<unknown>);
  const address = (server as ReturnType<typeof createServer>).address();
  return `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}/hooks`;
};

/** A project with the fixtures' platforms. */
const cwd = temporaryFolder();
writeFileSync(join(cwd, "hookproof.config.json"), JSON.stringify({ providers: fixtures }));
const env = { S: shared, OTHER: "another secret", TOKEN: "meatyhamhock", WRONG: "wrong" };
const hookproof = (argv: readonly string[], options: RunOptions = {}): Promise<RunResult> =>
  run(argv, { cwd, env, ...options });

const isRight = ({ stdout }: RunResult): readonly boolean[] =>
  stdout
    .trim()
    .split("\n")
    .map((line) => challengeLine.parse(JSON.parse(line)).right);

const options = ["--secret", "env:S", "--verify-token", "env:TOKEN"];

describe("send --challenge", () => {
  test.each(Object.keys(documented))("finds the documented answer of %s right", async (id) => {
    const url = await start(documented[id] ?? (() => undefined));
    const sent = await hookproof(["send", url, "-p", id, ...options, "--challenge", "--json"]);
    expect(sent.stderr).toBe("");
    expect([sent.exit, ...isRight(sent)]).toEqual(id === "eventgrid" ? [0, true, true] : [0, true]);
  });

  test("passes Slack's Bolt, and reports that it rejects another secret", async () => {
    const url = await startBolt();
    expect((await hookproof(["send", url, "-p", "slack", ...options, "--challenge"])).exit).toBe(0);
    const other = await hookproof(["send", url, "-p", "slack", "--secret", "env:OTHER", "--challenge"]);
    expect(other).toMatchObject({ exit: 1, stdout: expect.stringContaining("the status is 401, not 200") });
  });

  test.each(
    Object.keys(documented)
      .filter((id) => id !== "notion")
      .map((id) => [id]),
  )("says what is wrong about an endpoint that answers %s with 200 and OK", async (id) => {
    const url = await start((_request, response) => response.status(200).send("OK"));
    const sent = await hookproof(["send", url, "-p", id, ...options, "--challenge"]);
    expect(sent.exit).toBe(1);
    expect(sent.stdout).toMatch(/^✗ .*\n {2}\S/);
  });

  test("reports when nothing responds, and when there is no challenge to send", async () => {
    const gone = await hookproof(["send", "http://127.0.0.1:9/", "-p", "okta", "--challenge"]);
    expect([gone.exit, gone.stdout]).toEqual([1, expect.stringContaining("nothing is listening")]);
    const none = await hookproof(["send", "3000", "-p", "stripe", "--challenge"]);
    expect([none.exit, none.stderr]).toEqual([2, expect.stringContaining("does not verify endpoints")]);
    const event = await hookproof(["send", "3000", "-p", "slack", "--challenge", "--event", "message"]);
    expect([event.exit, event.stderr]).toEqual([2, expect.stringContaining("instead of an event")]);
    const bare = await hookproof(["send", "3000", "-p", "meta", "--challenge"]);
    expect([bare.exit, bare.stderr]).toEqual([2, expect.stringContaining("--verify-token")]);
  });

  test("shows neither secret nor token", async () => {
    const url = await start(documented["meta"] ?? (() => undefined));
    const { stdout, stderr } = await hookproof(["send", url, "-p", "meta", ...options, "--challenge", "--verbose"]);
    expect(stdout + stderr).not.toMatch(new RegExp(`${shared}|meatyhamhock`));
  });
});

describe("check", () => {
  const cases = async (id: string, handler: Handler, more: readonly string[] = options) => {
    const url = await start(handler);
    const only = ["--only", "answers-challenge,rejects-false-challenge"];
    const { stdout } = await hookproof(["check", url, "-p", id, ...more, ...only, "--json"]);
    return Object.fromEntries(
      JSON.parse(stdout).cases.map((one: Record<string, string>) => [one["id"], [one["status"], one["observed"]]]),
    );
  };
  const signed =
    (answer: Handler): Handler =>
    (request, response) =>
      request.method === "GET" ? answer(request, response) : response.sendStatus(200);

  test("passes Meta's sample application, and one that takes any token fails its twin alone", async () => {
    expect(await cases("meta", signed(documented["meta"] ?? (() => undefined)))).toEqual({
      "answers-challenge": ["pass", "200"],
      "rejects-false-challenge": ["pass", '403 "Forbidden"'],
    });
    expect(await cases("meta", (request, response) => response.send(request.query["hub.challenge"] ?? ""))).toEqual({
      "answers-challenge": ["pass", "200"],
      "rejects-false-challenge": ["fail", "200: accepted"],
    });
  });

  test("a receiver that treats every request as a challenge has one failure", async () => {
    expect(await cases("meta", (_request, response) => response.send("OK"))).toEqual({
      "answers-challenge": [
        "fail",
        "200: the body is not the challenge; a challenge is treated like any other request",
      ],
      "rejects-false-challenge": ["skip", "same cause as answers-challenge"],
    });
  });

  test("Xero's intent to receive is accepted by its signature, and rejected by another's with 401", async () => {
    expect(await cases("xero", documented["xero"] ?? (() => undefined))).toEqual({
      "answers-challenge": ["pass", "200"],
      "rejects-false-challenge": ["pass", "401"],
    });
    expect(await cases("xero", (_request, response) => response.status(200).end())).toMatchObject({
      "rejects-false-challenge": ["fail", "200: accepted"],
    });
  });

  test("without the token the cases say what to pass; of a platform that asks nothing they are not named", async () => {
    expect(await cases("meta", documented["meta"] ?? (() => undefined), ["--secret", "env:S"])).toMatchObject({
      "answers-challenge": ["skip", "pass --verify-token (Meta's challenge carries it)"],
    });
    expect(await cases("stripe", (_request, response) => response.sendStatus(200), ["--secret", "whsec_x"])).toEqual({
      "answers-challenge": ["skip", "Stripe does not verify endpoints before sending events"],
      "rejects-false-challenge": ["skip", "Stripe does not document which challenges to reject"],
    });
  });
});

describe("listen", () => {
  const listening = async (argv: readonly string[], more: RunOptions = {}) => {
    const stop = new AbortController();
    let ended: Promise<RunResult> = Promise.reject(new Error("not started"));
    ended.catch(() => undefined);
    const url = await new Promise<string>((resolve, reject) => {
      let text = "";
      ended = hookproof(["listen", "--port", "0", ...argv], {
        ...more,
        signal: stop.signal,
        onStdout: (piece) => {
          const found = /http:\/\/[\w.:]+\//.exec((text += piece))?.[0];
          if (found !== undefined) resolve(found);
        },
      });
      ended.then((result) => reject(new Error(`it ended: ${result.stderr}`)), reject);
    });
    return { url, ended, stop: () => (stop.abort("SIGINT"), ended) };
  };
  const send = (url: string, id: string, ...more: readonly string[]) =>
    hookproof(["send", url, "-p", id, ...options, ...more]);

  test.each([...Object.keys(documented), "slack"])(
    "gives the answer that send --challenge finds right: %s",
    async (id) => {
      const listener = await listening(["-p", id, ...options, "--json"]);
      expect((await send(listener.url, id, "--challenge")).exit).toBe(0);
      const { stdout } = await listener.stop();
      const events = stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
      expect(events.find(({ type }) => type === "request")).toMatchObject({
        challenge: { provider: id, answer: "answered", reason: null },
      });
      expect(events.at(-1)).toMatchObject({ requests: 0, events: 0, challenges: id === "eventgrid" ? 2 : 1 });
    },
  );

  test("counts no challenge: --count 1 ends with the event after it, which is the first attempt", async () => {
    const listener = await listening(["-p", "slack", ...options, "--count", "1", "--respond", "500,200"]);
    expect((await send(listener.url, "slack", "--challenge")).exit).toBe(0);
    expect((await send(listener.url, "slack", "--challenge")).exit).toBe(0);
    expect((await send(listener.url, "slack", "--event", "message", "--expect", "500")).exit).toBe(0);
    const { exit, stdout } = await listener.ended;
    expect(exit).toBe(0);
    expect(stdout).toMatch(/challenge url_verification\n {2}✓ valid slack {2}→ 200/);
    expect(stdout).toContain("1 request, 1 event, 1 valid, 0 invalid, 0 unverified, 2 challenges");
  });

  test("takes no event that is signed for the challenge of a platform that does not sign it", async () => {
    const listener = await listening(["-p", "asana", ...options, "--json"]);
    const like = ["-H", "X-Hook-Secret: of-a-stranger"];
    expect((await send(listener.url, "asana", "--data", '{"events":[]}', ...like)).exit).toBe(0);
    const forged = await fetch(listener.url, { method: "POST", body: "{}", headers: { "x-hook-secret": "abc" } });
    expect(forged.headers.get("x-content-type-options")).toBe("nosniff");
    const { stdout } = await listener.stop();
    expect(JSON.parse(stdout.trim().split("\n").at(-1) ?? "")).toMatchObject({ requests: 1, valid: 1, challenges: 1 });
  });

  test("rejects and reports a wrong token; a challenge without a secret is reported and treated like any request", async () => {
    const meta = await listening(["-p", "meta", "--verify-token", "env:WRONG"]);
    expect((await send(meta.url, "meta", "--challenge")).exit).toBe(1);
    expect((await meta.stop()).stdout).toContain("challenge refused: its token does not match the verify token");
    const crc = await listening(["-p", "twitter"]);
    expect((await send(crc.url, "twitter", "--challenge")).exit).toBe(1);
    expect((await crc.stop()).stdout).toContain("challenge not answered: there is no secret to answer it with");
  });

  test("answers beside a target too, and passes it on with --no-challenge", async () => {
    const seen: string[] = [];
    const target: RequestListener = (request, response) => {
      seen.push(`${request.method} ${request.url}`);
      response.end("from the target");
    };
    const server = await serve(target);
    closing.push(server.close);
    const answering = await listening(["-p", "meta", ...options, "-f", server.url]);
    expect((await send(answering.url, "meta", "--challenge")).exit).toBe(0);
    await answering.stop();
    expect(seen).toEqual([]);
    const passing = await listening(["-p", "meta", ...options, "-f", server.url, "--no-challenge"]);
    expect((await send(passing.url, "meta", "--challenge")).exit).toBe(1);
    expect((await passing.stop()).stdout).toContain("1 request");
    expect(seen).toHaveLength(1);
  });

  test("with -p auto answers for the platforms that there are secrets for", async () => {
    const home = temporaryFolder();
    writeFileSync(
      join(home, "hookproof.config.json"),
      JSON.stringify({ providers: fixtures, secrets: { monday: "env:S" } }),
    );
    const body = JSON.stringify({ challenge: "abc" });
    const ask = async (url: string) => (await fetch(url, { method: "POST", body })).text();
    const none = await listening([]);
    expect(await ask(none.url)).toBe("");
    await none.stop();
    const known = await listening([], { cwd: home });
    expect(await ask(known.url)).toBe(body);
    await known.stop();
  });
});
