import { createHash, createHmac, createSign, createVerify, generateKeyPairSync, sign, verify } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { crc32 } from "node:zlib";

// The rows of schemes.tsv that sign with a private key or carry a JSON Web Token: for each the profile, and a signer
// and a verifier written from the row with node:crypto alone, so that neither can repeat an error of ours.

/** A request as the rows see it; header names in lower case. */
export interface RowRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface KeyRow {
  readonly id: string;
  /** The scheme as a profile has it. */
  readonly schemes: readonly unknown[];
  readonly contentType?: string;
  /** What hookproof signs with, and what it verifies with. */
  readonly secret: string;
  readonly publicKey?: string;
  /** The shared half where a row has one besides its key (PayPal's webhook id). */
  readonly shared?: string;
  readonly body: string;
  readonly url: string;
  /** Whether what is signed covers the body. */
  readonly coversBody: boolean;
  /** @param at epoch seconds */
  readonly sign: (
    body: string,
    url: string,
    at: number,
  ) => { readonly headers: Record<string, string>; readonly body: string };
  readonly verify: (request: RowRequest, at: number) => boolean;
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const base64url = (text: string | Buffer): string => Buffer.from(text).toString("base64url");
const unpacked = (part = ""): Record<string, unknown> => JSON.parse(Buffer.from(part, "base64url").toString()) as never;
const pem = (key: KeyObject): string =>
  key.export({ format: "pem", type: key.type === "private" ? "pkcs8" : "spki" }).toString();

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const ed = generateKeyPairSync("ed25519");
const shared = "correct-horse-battery-staple";

const token = (header: object, claims: object | string, signed: (input: string) => Buffer): string => {
  const body = typeof claims === "string" ? claims : JSON.stringify(claims);
  const input = `${base64url(JSON.stringify(header))}.${base64url(body)}`;
  return `${input}.${signed(input).toString("base64url")}`;
};

const hs256 = (input: string): Buffer => createHmac("sha256", shared).update(input).digest();
const rs256 = (input: string | Buffer): Buffer => createSign("RSA-SHA256").update(input).sign(rsa.privateKey);
const es256 = (input: string): Buffer =>
  sign("sha256", Buffer.from(input), { key: ec.privateKey, dsaEncoding: "ieee-p1363" });

const hs256Token = (claims: object): string => token({ alg: "HS256", typ: "JWT" }, claims, hs256);

/** The claims of a token whose HMAC is right. */
const hs256Claims = (text: string): Record<string, unknown> | undefined => {
  const [head, middle, last] = text.split(".");
  return unpacked(head)["alg"] === "HS256" && hs256(`${head}.${middle}`).toString("base64url") === last
    ? unpacked(middle)
    : undefined;
};

const header = (request: RowRequest, name: string): string => request.headers[name.toLowerCase()] ?? "";

const jsonBody = '{"id":"evt_1","type":"order.paid","amount":"12.50"}';
const url = "https://example.com/hooks/in?b=2&a=1%20x";

// https://developer.atlassian.com/cloud/jira/platform/understanding-jwt-for-connect-apps/#qsh
const qsh = (method: string, whole: string): string => {
  const { pathname, searchParams } = new URL(whole);
  const encode = (text: string): string =>
    encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
  const names = [...new Set(searchParams.keys())].filter((name) => name !== "jwt").sort();
  const query = names.map((name) => `${encode(name)}=${searchParams.getAll(name).map(encode).sort().join(",")}`);
  return sha256(`${method}&${pathname.replace(/(.)\/$/, "$1")}&${query.join("&")}`);
};

const sns = {
  names: ["Message", "MessageId", "Subject", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"],
  content: (message: Readonly<Record<string, string>>): string =>
    sns.names.flatMap((name) => (message[name] === undefined ? [] : [`${name}\n${message[name]}\n`])).join(""),
};

const keygenLines = (method: string, whole: string, date: string, digest: string): string => {
  const { pathname, search, host } = new URL(whole);
  return [
    `(request-target): ${method.toLowerCase()} ${pathname}${search}`,
    `host: ${host}`,
    `date: ${date}`,
    `digest: ${digest}`,
  ].join("\n");
};
const keygenDigest = (body: string): string => `sha-256=${createHash("sha256").update(body).digest("base64")}`;

const paypalContent = (id: string, time: string, body: string): string =>
  `${id}|${time}|8PT597110X687430LKGECATA|${crc32(body)}`;

export const keyRows: readonly KeyRow[] = [
  {
    id: "netlify",
    schemes: [
      {
        name: "jws",
        header: "X-Webhook-Signature",
        mac: {
          kind: "jws",
          algorithm: "HS256",
          claims: [
            { claim: "typ", in: "header", write: "JWT" },
            { claim: "iss", is: "netlify" },
            { claim: "sha256", of: ["body"], hash: "sha256" },
          ],
        },
      },
    ],
    secret: shared,
    body: jsonBody,
    url,
    coversBody: true,
    sign: (body) => ({
      headers: { "X-Webhook-Signature": hs256Token({ iss: "netlify", sha256: sha256(body) }) },
      body,
    }),
    verify: (request) => {
      const claims = hs256Claims(header(request, "x-webhook-signature"));
      return claims?.["iss"] === "netlify" && claims["sha256"] === sha256(request.body);
    },
  },
  {
    id: "vonage",
    schemes: [
      {
        name: "jwt",
        header: "Authorization",
        layout: { kind: "single", prefix: "Bearer " },
        mac: {
          kind: "jws",
          algorithm: "HS256",
          claims: [
            { claim: "typ", in: "header", write: "JWT" },
            { claim: "iss", is: "Vonage" },
            { claim: "jti", write: "{id}" },
            { claim: "payload_hash", of: ["body"], hash: "sha256", optional: true },
          ],
        },
        timestamp: { from: { pair: "iat" }, unit: "s", past: "5m", future: "5m" },
      },
    ],
    secret: shared,
    body: jsonBody,
    url,
    coversBody: true,
    sign: (body, _, iat) => ({
      headers: { Authorization: `Bearer ${hs256Token({ iss: "Vonage", iat, jti: "1", payload_hash: sha256(body) })}` },
      body,
    }),
    verify: (request, at) => {
      const claims = hs256Claims(header(request, "authorization").replace(/^Bearer /, ""));
      return claims?.["payload_hash"] === sha256(request.body) && Math.abs(at - Number(claims["iat"])) <= 300;
    },
  },
  {
    id: "messagebird",
    schemes: [
      {
        name: "jwt",
        header: "MessageBird-Signature-JWT",
        mac: {
          kind: "jws",
          algorithm: "HS256",
          claims: [
            { claim: "typ", in: "header", write: "JWT" },
            { claim: "iss", is: "MessageBird" },
            { claim: "jti", write: "{id}" },
            { claim: "nbf", time: "not-before", leeway: "1s" },
            { claim: "exp", time: "expires", leeway: "1s", lifetime: "1m" },
            { claim: "url_hash", of: [{ url: "as-sent" }], hash: "sha256" },
            { claim: "payload_hash", of: ["body"], hash: "sha256", omitEmpty: true },
          ],
        },
      },
    ],
    secret: shared,
    body: jsonBody,
    url,
    coversBody: true,
    sign: (body, to, at) => ({
      headers: {
        "MessageBird-Signature-JWT": hs256Token({
          iss: "MessageBird",
          nbf: at,
          exp: at + 60,
          jti: "1",
          url_hash: sha256(to),
          payload_hash: sha256(body),
        }),
      },
      body,
    }),
    verify: (request, at) => {
      const claims = hs256Claims(header(request, "messagebird-signature-jwt"));
      return (
        claims?.["iss"] === "MessageBird" &&
        claims["url_hash"] === sha256(request.url) &&
        claims["payload_hash"] === sha256(request.body) &&
        Number(claims["nbf"]) <= at + 1 &&
        Number(claims["exp"]) > at - 1
      );
    },
  },
  {
    id: "monday",
    schemes: [
      {
        name: "jwt",
        header: "Authorization",
        mac: {
          kind: "jws",
          algorithm: "HS256",
          claims: [
            { claim: "typ", in: "header", write: "JWT" },
            { claim: "aud", of: [{ url: "as-sent" }] },
            { claim: "iat", time: "issued" },
            { claim: "exp", time: "expires", lifetime: "5m" },
          ],
        },
      },
    ],
    secret: shared,
    body: jsonBody,
    url,
    coversBody: false,
    sign: (body, to, at) => ({ headers: { Authorization: hs256Token({ aud: to, iat: at, exp: at + 300 }) }, body }),
    verify: (request, at) => {
      const claims = hs256Claims(header(request, "authorization"));
      return claims?.["aud"] === request.url && Number(claims["exp"]) > at;
    },
  },
  {
    id: "jira_connect",
    schemes: [
      {
        name: "jwt",
        header: "Authorization",
        layout: { kind: "single", prefix: "JWT " },
        mac: {
          kind: "jws",
          algorithm: "HS256",
          claims: [
            { claim: "typ", in: "header", write: "JWT" },
            { claim: "iss", write: "{id}" },
            { claim: "iat", time: "issued" },
            { claim: "exp", time: "expires", leeway: "3s", lifetime: "3m" },
            {
              claim: "qsh",
              of: [
                "method",
                { text: "&" },
                "path",
                { text: "&" },
                { sorted: "query", assign: "=", between: "&", escape: "rfc3986", repeat: "," },
              ],
              hash: "sha256",
            },
          ],
        },
      },
    ],
    secret: shared,
    body: jsonBody,
    url,
    coversBody: false,
    sign: (body, to, at) => ({
      headers: { Authorization: `JWT ${hs256Token({ iss: "client", iat: at, exp: at + 180, qsh: qsh("POST", to) })}` },
      body,
    }),
    verify: (request, at) => {
      const claims = hs256Claims(header(request, "authorization").replace(/^JWT /, ""));
      return claims?.["qsh"] === qsh(request.method, request.url) && Number(claims["exp"]) > at - 3;
    },
  },
  {
    id: "plaid",
    schemes: [
      {
        name: "jwt",
        header: "Plaid-Verification",
        mac: {
          kind: "jws",
          algorithm: "ES256",
          claims: [
            { claim: "typ", in: "header", write: "JWT" },
            { claim: "request_body_sha256", of: ["body"], hash: "sha256" },
          ],
        },
        timestamp: { from: { pair: "iat" }, unit: "s", past: "5m", future: "any" },
        keys: { byHand: "POST /webhook_verification_key/get with the token's kid" },
      },
    ],
    secret: pem(ec.privateKey),
    publicKey: JSON.stringify({ key: { ...ec.publicKey.export({ format: "jwk" }), kid: "k1", alg: "ES256" } }),
    body: jsonBody,
    url,
    coversBody: true,
    sign: (body, _, iat) => ({
      headers: {
        "Plaid-Verification": token(
          { alg: "ES256", kid: "k1", typ: "JWT" },
          { iat, request_body_sha256: sha256(body) },
          es256,
        ),
      },
      body,
    }),
    verify: (request, at) => {
      const [head = "", middle = "", last = ""] = header(request, "plaid-verification").split(".");
      const key = { key: ec.publicKey, dsaEncoding: "ieee-p1363" } as const;
      const isRight = verify("sha256", Buffer.from(`${head}.${middle}`), key, Buffer.from(last, "base64url"));
      const claims = unpacked(middle);
      return isRight && claims["request_body_sha256"] === sha256(request.body) && at - Number(claims["iat"]) <= 300;
    },
  },
  {
    id: "kinde",
    schemes: [
      {
        name: "jwt",
        place: { body: "whole" },
        mac: { kind: "jws", algorithm: "RS256", payload: "content" },
        content: ["body"],
        keys: { byHand: "https://YOUR-DOMAIN.kinde.com/.well-known/jwks" },
      },
    ],
    contentType: "application/jwt",
    secret: pem(rsa.privateKey),
    publicKey: JSON.stringify({ keys: [{ ...rsa.publicKey.export({ format: "jwk" }), kid: "k1" }] }),
    body: jsonBody,
    url,
    coversBody: true,
    sign: (body) => ({ headers: {}, body: token({ alg: "RS256", typ: "JWT", kid: "k1" }, body, rs256) }),
    verify: (request) => {
      const [head, middle, last = ""] = request.body.split(".");
      return createVerify("RSA-SHA256").update(`${head}.${middle}`).verify(rsa.publicKey, last, "base64url");
    },
  },
  {
    id: "constant_contact",
    schemes: [
      {
        name: "jws",
        header: "X-CTCT-WEBHOOK-SIG",
        mac: { kind: "jws", algorithm: "RS256", payload: "detached-unencoded" },
        content: ["body"],
        timestamp: { from: { pair: "ts" }, unit: "s", past: "5m", future: "5m" },
        keys: { url: "https://developer.constantcontact.com/.well-known/jwks.json" },
      },
    ],
    secret: pem(rsa.privateKey),
    publicKey: JSON.stringify({ keys: [{ ...rsa.publicKey.export({ format: "jwk" }), kid: "k1" }] }),
    body: jsonBody,
    url,
    coversBody: true,
    sign: (body, _, ts) => {
      const head = base64url(JSON.stringify({ alg: "RS256", ts, b64: false, crit: ["b64"] }));
      return { headers: { "X-CTCT-WEBHOOK-SIG": `${head}..${rs256(`${head}.${body}`).toString("base64url")}` }, body };
    },
    verify: (request, at) => {
      const [head = "", middle, last = ""] = header(request, "x-ctct-webhook-sig").split(".");
      const isRight = createVerify("RSA-SHA256")
        .update(`${head}.${request.body}`)
        .verify(rsa.publicKey, last, "base64url");
      return isRight && middle === "" && Math.abs(at - Number(unpacked(head)["ts"])) <= 300;
    },
  },
  {
    id: "discord",
    schemes: [
      {
        name: "ed25519",
        header: "X-Signature-Ed25519",
        mac: { kind: "ed25519" },
        content: ["timestamp", "body"],
        timestamp: { from: { header: "X-Signature-Timestamp" }, unit: "s", past: "any", future: "any" },
      },
    ],
    secret: pem(ed.privateKey),
    publicKey: Buffer.from(ed.publicKey.export({ format: "jwk" }).x ?? "", "base64url").toString("hex"),
    body: jsonBody,
    url,
    coversBody: true,
    sign: (body, _, at) => ({
      headers: {
        "X-Signature-Ed25519": sign(null, Buffer.from(`${at}${body}`), ed.privateKey).toString("hex"),
        "X-Signature-Timestamp": String(at),
      },
      body,
    }),
    verify: (request) =>
      verify(
        null,
        Buffer.from(header(request, "x-signature-timestamp") + request.body),
        ed.publicKey,
        Buffer.from(header(request, "x-signature-ed25519"), "hex"),
      ),
  },
  {
    id: "telnyx",
    schemes: [
      {
        name: "ed25519",
        header: "telnyx-signature-ed25519",
        encoding: "base64",
        mac: { kind: "ed25519" },
        content: ["timestamp", { text: "|" }, "body"],
        timestamp: { from: { header: "telnyx-timestamp" }, unit: "s", past: "5m", future: "5m" },
      },
    ],
    secret: pem(ed.privateKey),
    publicKey: Buffer.from(ed.publicKey.export({ format: "jwk" }).x ?? "", "base64url").toString("base64"),
    body: jsonBody,
    url,
    coversBody: true,
    sign: (body, _, at) => ({
      headers: {
        "telnyx-signature-ed25519": sign(null, Buffer.from(`${at}|${body}`), ed.privateKey).toString("base64"),
        "telnyx-timestamp": String(at),
      },
      body,
    }),
    verify: (request, at) => {
      const time = header(request, "telnyx-timestamp");
      const given = Buffer.from(header(request, "telnyx-signature-ed25519"), "base64");
      return (
        verify(null, Buffer.from(`${time}|${request.body}`), ed.publicKey, given) && Math.abs(at - Number(time)) <= 300
      );
    },
  },
  {
    id: "sendgrid",
    schemes: [
      {
        name: "ecdsa",
        header: "X-Twilio-Email-Event-Webhook-Signature",
        encoding: "base64",
        mac: { kind: "ecdsa", hash: "sha256", curve: "P-256", form: "der" },
        content: ["timestamp", "body"],
        timestamp: {
          from: { header: "X-Twilio-Email-Event-Webhook-Timestamp" },
          unit: "s",
          past: "any",
          future: "any",
        },
      },
    ],
    secret: pem(ec.privateKey),
    publicKey: ec.publicKey.export({ format: "der", type: "spki" }).toString("base64"),
    body: jsonBody,
    url,
    coversBody: true,
    sign: (body, _, at) => ({
      headers: {
        "X-Twilio-Email-Event-Webhook-Signature": createSign("SHA256")
          .update(`${at}${body}`)
          .sign(ec.privateKey, "base64"),
        "X-Twilio-Email-Event-Webhook-Timestamp": String(at),
      },
      body,
    }),
    verify: (request) =>
      createVerify("SHA256")
        .update(header(request, "x-twilio-email-event-webhook-timestamp") + request.body)
        .verify(ec.publicKey, header(request, "x-twilio-email-event-webhook-signature"), "base64"),
  },
  {
    id: "wise",
    schemes: [
      {
        name: "rsa",
        header: "X-Signature-SHA256",
        encoding: "base64",
        mac: { kind: "rsa", hash: "sha256", padding: "pkcs1" },
        content: ["body"],
      },
    ],
    secret: pem(rsa.privateKey),
    publicKey: pem(rsa.publicKey),
    body: jsonBody,
    url,
    coversBody: true,
    sign: (body) => ({ headers: { "X-Signature-SHA256": rs256(body).toString("base64") }, body }),
    verify: (request) =>
      createVerify("RSA-SHA256")
        .update(request.body)
        .verify(rsa.publicKey, header(request, "x-signature-sha256"), "base64"),
  },
  {
    id: "paypal",
    schemes: [
      {
        name: "rsa",
        header: "PAYPAL-TRANSMISSION-SIG",
        encoding: "base64",
        mac: { kind: "rsa", hash: "sha256", padding: "pkcs1" },
        content: ["id", { text: "|" }, "timestamp", { text: "|" }, "secret", { text: "|" }, { crc32: "body" }],
        id: { header: "PAYPAL-TRANSMISSION-ID" },
        timestamp: { from: { header: "PAYPAL-TRANSMISSION-TIME" }, unit: "iso", past: "any", future: "any" },
        keys: {
          in: { header: "PAYPAL-CERT-URL" },
          hosts: ["api.paypal.com", "api.sandbox.paypal.com"],
          path: { begins: "/v1/notifications/certs/" },
        },
      },
    ],
    secret: pem(rsa.privateKey),
    publicKey: pem(rsa.publicKey),
    shared: "8PT597110X687430LKGECATA",
    body: jsonBody,
    url,
    coversBody: true,
    sign: (body, _, at) => {
      const time = new Date(at * 1000).toISOString().replace(".000", "");
      return {
        headers: {
          "PAYPAL-TRANSMISSION-ID": "69cd13f0-d67a-11e5-baa3-778b53f4ae55",
          "PAYPAL-TRANSMISSION-TIME": time,
          "PAYPAL-TRANSMISSION-SIG": rs256(paypalContent("69cd13f0-d67a-11e5-baa3-778b53f4ae55", time, body)).toString(
            "base64",
          ),
        },
        body,
      };
    },
    verify: (request) => {
      const content = paypalContent(
        header(request, "paypal-transmission-id"),
        header(request, "paypal-transmission-time"),
        request.body,
      );
      return createVerify("RSA-SHA256")
        .update(content)
        .verify(rsa.publicKey, header(request, "paypal-transmission-sig"), "base64");
    },
  },
  {
    id: "ebay",
    schemes: [
      {
        name: "ecdsa",
        header: "X-EBAY-SIGNATURE",
        layout: { kind: "json", key: "signature", base64: true, beside: { alg: "ecdsa", kid: "k1", digest: "SHA1" } },
        encoding: "base64",
        mac: { kind: "ecdsa", hash: "sha1", form: "der" },
        content: ["body"],
        keys: { byHand: "GET https://api.ebay.com/commerce/notification/v1/public_key/{kid}" },
      },
    ],
    secret: pem(ec.privateKey),
    publicKey: JSON.stringify({ key: pem(ec.publicKey).replaceAll("\n", ""), algorithm: "ECDSA", digest: "SHA1" }),
    body: jsonBody,
    url,
    coversBody: true,
    sign: (body) => {
      const signature = createSign("SHA1").update(body).sign(ec.privateKey, "base64");
      const whole = JSON.stringify({ alg: "ecdsa", kid: "k1", signature, digest: "SHA1" });
      return { headers: { "X-EBAY-SIGNATURE": Buffer.from(whole).toString("base64") }, body };
    },
    verify: (request) => {
      const { signature } = JSON.parse(Buffer.from(header(request, "x-ebay-signature"), "base64").toString()) as {
        signature: string;
      };
      return createVerify("SHA1").update(request.body).verify(ec.publicKey, signature, "base64");
    },
  },
  {
    id: "aws_sns",
    schemes: [
      {
        name: "v1",
        place: { json: "Signature" },
        encoding: "base64",
        mac: { kind: "rsa", hash: "sha1", padding: "pkcs1" },
        content: sns.names.map((name) =>
          ["Subject", "SubscribeURL", "Token"].includes(name)
            ? { optional: [{ text: `${name}\n` }, { json: name }, { text: "\n" }] }
            : { join: [{ text: name }, { json: name }, { text: "" }], with: "\n" },
        ),
        timestamp: { from: { json: "Timestamp" }, unit: "iso", past: "any", future: "any" },
        keys: {
          in: { json: "SigningCertURL" },
          hosts: ["sns.us-*-*.amazonaws.com"],
          path: { begins: "/SimpleNotificationService-", ends: ".pem" },
        },
      },
    ],
    secret: pem(rsa.privateKey),
    publicKey: pem(rsa.publicKey),
    body: JSON.stringify({
      Type: "Notification",
      MessageId: "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
      TopicArn: "arn:aws:sns:us-east-1:123456789012:MyTopic",
      Subject: "My First Message",
      Message: "Hello world! ✓",
      Timestamp: "2012-05-02T00:54:06.655Z",
      SignatureVersion: "1",
      Signature: "",
      SigningCertURL:
        "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-f3ecfb7224c7233fe7bb5f59f96de52f.pem",
      UnsubscribeURL: "https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe",
    }),
    url,
    coversBody: true,
    sign: (body) => {
      const message = JSON.parse(body) as Record<string, string>;
      const Signature = createSign("RSA-SHA1").update(sns.content(message)).sign(rsa.privateKey, "base64");
      return { headers: {}, body: JSON.stringify({ ...message, Signature }) };
    },
    verify: (request) => {
      const message = JSON.parse(request.body) as Record<string, string>;
      return createVerify("RSA-SHA1")
        .update(sns.content(message))
        .verify(rsa.publicKey, String(message["Signature"]), "base64");
    },
  },
  {
    id: "keygen",
    schemes: [
      {
        name: "http-signature",
        header: "Keygen-Signature",
        layout: {
          kind: "pairs",
          key: "signature",
          quoted: true,
          separator: ", ",
          beside: { keyid: "acme", algorithm: "ed25519" },
        },
        encoding: "base64",
        mac: { kind: "ed25519" },
        content: [
          {
            signedHeaders: ["(request-target)", "host", "date", "digest"],
            list: { pair: "headers" },
            separator: " ",
            assign: ": ",
            between: "\n",
          },
        ],
        bodyHash: [{ in: { header: "Digest" }, hash: "sha256", encoding: "base64", prefix: "sha-256=" }],
        timestamp: { from: { header: "Date" }, unit: "http-date", past: "5m", future: "5m" },
      },
    ],
    secret: pem(ed.privateKey),
    publicKey: Buffer.from(ed.publicKey.export({ format: "jwk" }).x ?? "", "base64url").toString("hex"),
    body: jsonBody,
    url,
    coversBody: true,
    sign: (body, to, at) => {
      const [date, digest] = [new Date(at * 1000).toUTCString(), keygenDigest(body)];
      const made = sign(null, Buffer.from(keygenLines("POST", to, date, digest)), ed.privateKey).toString("base64");
      return {
        headers: {
          Date: date,
          Digest: digest,
          "Keygen-Signature": `keyid="acme", algorithm="ed25519", signature="${made}", headers="(request-target) host date digest"`,
        },
        body,
      };
    },
    verify: (request, at) => {
      const [date, digest] = [header(request, "date"), header(request, "digest")];
      const [, made = ""] = /signature="([^"]+)"/.exec(header(request, "keygen-signature")) ?? [];
      const lines = keygenLines(request.method, request.url, date, digest);
      return (
        verify(null, Buffer.from(lines), ed.publicKey, Buffer.from(made, "base64")) &&
        digest === keygenDigest(request.body) &&
        Math.abs(at - Date.parse(date) / 1000) <= 300
      );
    },
  },
];
