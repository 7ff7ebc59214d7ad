import { createHash, createHmac, createPrivateKey, createPublicKey, sign, verify } from "node:crypto";

// A second reading of each row of schemes.tsv, with node:crypto alone: it signs and verifies as the row says and knows
// nothing of the code under test.

/** A row of the table. */
export interface Row {
  readonly id: string;
  readonly header: string;
  readonly algorithm: string;
  readonly encoding: string;
  readonly signed_content: string;
  readonly key: string;
  readonly timestamp: string;
  readonly layout: string;
}

export interface Sent {
  readonly method: string;
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Reference {
  /** The kind of body that the platform sends. */
  readonly type: "json" | "form";
  readonly url: string;
  readonly body: string;
  readonly secret: string;
  readonly sign: (now: number) => Sent;
  readonly verify: (sent: Sent) => boolean;
  /** A change after which the signature must not hold; null for tokens, which sign nothing. */
  readonly spoil: ((sent: Sent) => Sent) | null;
}

const endpoint = "https://example.com/hooks?b=2&a=1";
const json = '{"id":"evt_1","total":12.50,"name":"Zoë"}';
const utf8 = (text: string): Buffer => Buffer.from(text, "utf8");
const uuid = "5f3c2b1a-0000-4000-8000-000000000001";

const keyOf = (row: Row, secret: string): Buffer => {
  if (row.key === "hex") return Buffer.from(secret, "hex");
  if (row.key.startsWith("whsec")) return Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  return utf8(secret);
};

const secretOf = (row: Row): string => {
  if (row.key === "hex") return "00112233445566778899aabbccddeeff";
  return row.key.startsWith("whsec") ? "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" : "a secret of 24 letters!!";
};

const written = (digest: Buffer, { id, encoding }: Row): string => {
  if (encoding === "hex upper-case") return digest.toString("hex").toUpperCase();
  if (encoding === "base64url") {
    const bare = digest.toString("base64url");
    return id === "merge_dev" ? bare + "=".repeat((4 - (bare.length % 4)) % 4) : bare;
  }
  return encoding === "base64" ? digest.toString("base64") : digest.toString("hex");
};

const stampOf = (row: Row, now: number): string => {
  if (row.timestamp.startsWith("milli") || row.timestamp.startsWith("ms")) return String(now);
  return row.timestamp.startsWith("datetime") || row.id === "box"
    ? new Date(now).toISOString()
    : String(Math.floor(now / 1000));
};

const names = (row: Row): readonly string[] => row.header.split(",").map((name) => name.trim().toLowerCase());

const stampPair = (row: Row): string => (row.id === "paddle" ? "ts" : row.id === "buildkite" ? "timestamp" : "t");

const sortedForm = (body: string): string =>
  [...new URLSearchParams(body)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => name + value)
    .join("");

const contentOf = (row: Row, sent: Sent, timestamp: string): Buffer =>
  Buffer.concat(
    row.signed_content
      .replace(/; JSON mode.*$/, "")
      .split(" + ")
      .map((part) => {
        if (part.startsWith('"')) return utf8(part.slice(1, -1));
        if (part === "body") return utf8(sent.body);
        if (part === "timestamp" || part === "box-delivery-timestamp") return utf8(timestamp);
        if (part === "url") return utf8(sent.url);
        if (part === "method") return utf8(sent.method);
        if (part === "sorted form pairs") return utf8(sortedForm(sent.body));
        return utf8(sent.headers[part] ?? `(no ${part})`);
      }),
  );

const changedBody = (sent: Sent): Sent => ({ ...sent, body: sent.body.replace(/[a-z0-9](?=[^a-z0-9]*$)/i, "7") });

/** The rows whose columns say all. */
const plain = (row: Row): Reference => {
  const secret = secretOf(row);
  const isForm = row.signed_content.includes("form pairs");
  const mac = (content: Buffer): string =>
    written(createHmac(row.algorithm.replace("hmac-", ""), keyOf(row, secret)).update(content).digest(), row);
  const pair = /^csvKv:(\w+)(?: by '(.)')?/.exec(row.layout);
  const [name = "", stampHeader = ""] = names(row);
  const prefix = row.layout.startsWith("prefix ") ? row.layout.slice(7) + (row.id === "ms_teams" ? " " : "") : "";
  const isTimed = row.signed_content.includes("timestamp");
  const read = (value: string): readonly [timestamp: string | undefined, signatures: readonly string[]] => {
    if (pair !== null) {
      const items = value.split(row.id === "persona" ? /[, ]/ : (pair[2] ?? ",")).map((item) => item.split(/=(.*)/s));
      const all = (key: string | undefined): readonly string[] =>
        items.filter(([one]) => one === key).map(([, text = ""]) => text);
      return [all(stampPair(row))[0], all(pair[1])];
    }
    if (row.layout === "positional") return [value.split(",")[0], value.split(",").slice(1)];
    if (row.layout === "spaceList")
      return [undefined, value.split(" ").flatMap((item) => (item.startsWith("v1,") ? [item.slice(3)] : []))];
    if (row.layout.startsWith("delimitedList")) return [undefined, value.split(",")];
    return [undefined, value.startsWith(prefix) ? [value.slice(prefix.length)] : []];
  };
  const write = (timestamp: string, signature: string): string => {
    if (pair !== null)
      return [...(isTimed ? [`${stampPair(row)}=${timestamp}`] : []), `${pair[1] ?? ""}=${signature}`].join(
        pair[2] ?? ",",
      );
    if (row.layout === "positional") return `${timestamp},${signature}`;
    if (row.layout === "spaceList") return `v1a,AAAA v1,${signature}`;
    return row.layout.startsWith("delimitedList") ? `AAAA,${signature}` : prefix + signature;
  };
  const timeHeader = row.id === "box" ? "box-delivery-timestamp" : stampHeader;
  return {
    type: isForm ? "form" : "json",
    url: endpoint,
    body: isForm ? "b=2&a=1+x&empty=" : json,
    secret,
    sign: (now) => {
      const timestamp = stampOf(row, now);
      const headers: Record<string, string> = {};
      if (timeHeader !== "") headers[timeHeader] = timestamp;
      for (const part of row.signed_content.split(" + "))
        if (/^[a-z-]+-(?:id|nonce|timestamp)$/.test(part)) headers[part] ??= uuid;
      const sent: Sent = { method: "POST", url: endpoint, headers, body: isForm ? "b=2&a=1+x&empty=" : json };
      return { ...sent, headers: { ...headers, [name]: write(timestamp, mac(contentOf(row, sent, timestamp))) } };
    },
    verify: (sent) => {
      const [stamp = sent.headers[timeHeader] ?? "", signatures] = read(sent.headers[name] ?? "");
      return signatures.includes(mac(contentOf(row, sent, stamp)));
    },
    spoil: changedBody,
  };
};

const hmac = (hash: string, key: string | Buffer, content: string): Buffer =>
  createHmac(hash, key).update(content).digest();
const form = "application/x-www-form-urlencoded";

/** A header whose value is the secret, or user and password. */
const token = (row: Row, name: string): Reference => {
  const isBasic = row.algorithm === "basic auth";
  const secret = isBasic ? "hook:pass word" : "token-0123456789";
  const value = isBasic ? `Basic ${Buffer.from(secret).toString("base64")}` : secret;
  return {
    type: "json",
    url: endpoint,
    body: json,
    secret,
    sign: () => ({ method: "POST", url: endpoint, headers: { [name]: value }, body: json }),
    verify: (sent) => sent.headers[name] === value,
    spoil: null,
  };
};

interface AdyenItem {
  readonly NotificationRequestItem: Readonly<Record<string, string>> & {
    readonly amount: { readonly value: number; readonly currency: string };
    additionalData?: { hmacSignature?: string };
  };
}

const adyen = (): Reference => {
  const secret = "44782def547aaa06c910c43932b1eb0c71fc68d9d0c057550c48ec2acf6ba056";
  const item = (reference: string): AdyenItem =>
    ({
      NotificationRequestItem: {
        pspReference: reference,
        merchantAccountCode: "Shop",
        merchantReference: "Zoë:1",
        amount: { value: 1130, currency: "EUR" },
        eventCode: "AUTHORISATION",
        success: "true",
        additionalData: {},
      },
    }) as unknown as AdyenItem;
  const body = JSON.stringify({ live: "false", notificationItems: [item("A1"), item("B2")] });
  const due = ({ NotificationRequestItem: one }: AdyenItem): string =>
    hmac(
      "sha256",
      Buffer.from(secret, "hex"),
      [
        one["pspReference"],
        one["originalReference"] ?? "",
        one["merchantAccountCode"],
        one["merchantReference"],
        one.amount.value,
        one.amount.currency,
        one["eventCode"],
        one["success"],
      ].join(":"),
    ).toString("base64");
  const items = (text: string): AdyenItem[] =>
    (JSON.parse(text) as { notificationItems: AdyenItem[] }).notificationItems;
  return {
    type: "json",
    url: endpoint,
    body,
    secret,
    sign: () => {
      const notificationItems = items(body);
      for (const one of notificationItems) one.NotificationRequestItem.additionalData = { hmacSignature: due(one) };
      return { method: "POST", url: endpoint, headers: {}, body: JSON.stringify({ live: "false", notificationItems }) };
    },
    verify: (sent) =>
      items(sent.body).every((one) => one.NotificationRequestItem.additionalData?.hmacSignature === due(one)),
    spoil: (sent) => ({ ...sent, body: sent.body.replace('"pspReference":"B2"', '"pspReference":"B3"') }),
  };
};

const graph = (): Reference => {
  const secret = "client-state-1234";
  const body = '{"value":[{"subscriptionId":"s1","clientState":""},{"subscriptionId":"s2"}]}';
  const signed = JSON.stringify({
    value: ["s1", "s2"].map((subscriptionId) => ({ subscriptionId, clientState: secret })),
  });
  return {
    type: "json",
    url: endpoint,
    body,
    secret,
    sign: () => ({ method: "POST", url: endpoint, headers: {}, body: signed }),
    verify: (sent) =>
      (JSON.parse(sent.body) as { value: { clientState?: string }[] }).value.every((one) => one.clientState === secret),
    spoil: (sent) => ({ ...sent, body: sent.body.replace(/4"(?=\}\])/, '5"') }),
  };
};

interface Mailgun {
  readonly signature: { readonly timestamp: string; readonly token: string; readonly signature: string };
}

const mailgun = (): Reference => {
  const secret = "key-3ax6xnjp29jd6fds4gc373sgvjxteol0";
  const due = (timestamp: string, nonce: string): string => hmac("sha256", secret, timestamp + nonce).toString("hex");
  return {
    type: "json",
    url: endpoint,
    body: '{"signature":{"token":"abc123"},"event-data":{"event":"opened"}}',
    secret,
    sign: (now) => {
      const timestamp = String(Math.floor(now / 1000));
      const signature = { timestamp, token: "abc123", signature: due(timestamp, "abc123") };
      return { method: "POST", url: endpoint, headers: {}, body: JSON.stringify({ signature, "event-data": {} }) };
    },
    verify: ({ body }) => {
      const { signature } = JSON.parse(body) as Mailgun;
      return signature.signature === due(signature.timestamp, signature.token);
    },
    spoil: (sent) => ({ ...sent, body: sent.body.replace("abc123", "abc124") }),
  };
};

const mercadoPago = (): Reference => {
  const secret = "mp-secret-mp-secret";
  const url = "https://example.com/mp?data.id=ABC123&type=payment";
  const due = (sent: Sent, ts: string): string => {
    const id = new URL(sent.url).searchParams.get("data.id");
    const request = sent.headers["x-request-id"];
    const manifest = `${id === null ? "" : `id:${id.toLowerCase()};`}${request === undefined ? "" : `request-id:${request};`}ts:${ts};`;
    return hmac("sha256", secret, manifest).toString("hex");
  };
  return {
    type: "json",
    url,
    body: json,
    secret,
    sign: (now) => {
      // Without a request id, its part of the manifest is left out.
      const sent: Sent = { method: "POST", url, headers: {}, body: json };
      const ts = String(Math.floor(now / 1000));
      return { ...sent, headers: { "x-signature": `ts=${ts},v1=${due(sent, ts)}` } };
    },
    verify: (sent) => {
      const [, ts = "", v1] = /^ts=(\d+),v1=([0-9a-f]+)$/.exec(sent.headers["x-signature"] ?? "") ?? [];
      return v1 === due(sent, ts);
    },
    spoil: (sent) => ({ ...sent, url: sent.url.replace("ABC123", "ABC124") }),
  };
};

const braintree = (): Reference => {
  const secret = "integration_private_key";
  const key = createHash("sha1").update(secret).digest();
  const due = (payload: string): string => hmac("sha1", key, payload).toString("hex");
  const body = new URLSearchParams({ bt_payload: "PG5vdGlmaWNhdGlvbj4K\n" });
  return {
    type: "form",
    url: endpoint,
    body: String(body),
    secret,
    sign: () => {
      const payload = body.get("bt_payload") ?? "";
      const fields = new URLSearchParams({
        bt_signature: `other|00&integration_public_key|${due(payload)}`,
        bt_payload: payload,
      });
      return { method: "POST", url: endpoint, headers: { "content-type": form }, body: String(fields) };
    },
    verify: (sent) => {
      const fields = new URLSearchParams(sent.body);
      return (fields.get("bt_signature") ?? "")
        .split("&")
        .some((pair) => pair === `integration_public_key|${due(fields.get("bt_payload") ?? "")}`);
    },
    spoil: (sent) => ({ ...sent, body: sent.body.replace("PG5", "PG6") }),
  };
};

const contentful = (): Reference => {
  const secret = "s".repeat(64);
  const due = (sent: Sent): string => {
    const listed = (sent.headers["x-contentful-signed-headers"] ?? "").split(",");
    const { pathname, search } = new URL(sent.url);
    const headers = listed.map((name) => `${name}:${sent.headers[name] ?? ""}`).join(";");
    return hmac("sha256", secret, [sent.method, pathname + search, headers, sent.body].join("\n")).toString("hex");
  };
  return {
    type: "json",
    url: endpoint,
    body: json,
    secret,
    sign: (now) => {
      const headers = {
        "x-contentful-timestamp": String(now),
        "x-contentful-signed-headers": "x-contentful-signed-headers,x-contentful-timestamp,x-extra",
        "x-extra": "1",
      };
      const sent: Sent = { method: "POST", url: endpoint, headers, body: json };
      return { ...sent, headers: { ...headers, "x-contentful-signature": due(sent) } };
    },
    verify: (sent) => sent.headers["x-contentful-signature"] === due(sent),
    spoil: changedBody,
  };
};

const plivo = (): Reference => {
  const secret = "plivo auth token";
  const due = (sent: Sent): string => {
    const url = new URL(sent.url);
    const query = [...url.searchParams]
      .map(([name, value]) => `${name}=${value}`)
      .toSorted()
      .join("&");
    const fields = sortedForm(sent.body);
    const base = `${url.origin}${url.pathname}`;
    const whole = `${base}${query === "" && fields === "" ? "" : "?"}${query}${query !== "" && fields !== "" ? "." : ""}${fields}`;
    return hmac("sha256", secret, `${whole}.${sent.headers["x-plivo-signature-v3-nonce"] ?? ""}`).toString("base64");
  };
  return {
    type: "form",
    url: endpoint,
    body: "To=1&From=2",
    secret,
    sign: () => {
      const headers = { "x-plivo-signature-v3-nonce": "12345", "content-type": form };
      const sent: Sent = { method: "POST", url: "https://example.com/answer", headers, body: "To=1&From=2" };
      return { ...sent, headers: { ...headers, "x-plivo-signature-v3": `AAAA,${due(sent)}` } };
    },
    verify: (sent) => (sent.headers["x-plivo-signature-v3"] ?? "").split(",").includes(due(sent)),
    spoil: changedBody,
  };
};

/** Twilio's form mode is plain; its JSON mode signs the URL, and the URL has the hash of the body. */
export const twilioJson = (): Reference => {
  const secret = "twilio auth token";
  const due = (url: string): string => hmac("sha1", secret, url).toString("base64");
  const hash = (body: string): string => createHash("sha256").update(body).digest("hex");
  return {
    type: "json",
    url: endpoint,
    body: json,
    secret,
    sign: () => {
      const url = `${endpoint}&bodySHA256=${hash(json)}`;
      return { method: "POST", url, headers: { "x-twilio-signature": due(url) }, body: json };
    },
    verify: (sent) =>
      sent.headers["x-twilio-signature"] === due(sent.url) &&
      new URL(sent.url).searchParams.get("bodySHA256") === hash(sent.body),
    spoil: changedBody,
  };
};

const seed = Buffer.alloc(32, 7);
const privateKey = createPrivateKey({
  key: Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]),
  format: "der",
  type: "pkcs8",
});
const publicKey = createPublicKey(privateKey);
const whsk = `whsk_${seed.toString("base64")}`;

const ed25519 = (row: Row): Reference => {
  const [name, stamp] = row.header.split(" + ").map((one) => one.toLowerCase());
  const encoding = row.encoding === "hex" ? "hex" : "base64";
  const content = (sent: Sent): Buffer =>
    utf8(`${sent.headers[stamp ?? ""] ?? ""}${row.id === "telnyx" ? "|" : ""}${sent.body}`);
  return {
    type: "json",
    url: endpoint,
    body: json,
    secret: whsk,
    sign: (now) => {
      const sent: Sent = {
        method: "POST",
        url: endpoint,
        headers: { [stamp ?? ""]: String(Math.floor(now / 1000)) },
        body: json,
      };
      return {
        ...sent,
        headers: { ...sent.headers, [name ?? ""]: sign(null, content(sent), privateKey).toString(encoding) },
      };
    },
    verify: (sent) => verify(null, content(sent), publicKey, Buffer.from(sent.headers[name ?? ""] ?? "", encoding)),
    spoil: changedBody,
  };
};

const keygen = (): Reference => {
  const digest = (body: string): string => `sha-256=${createHash("sha256").update(body).digest("base64")}`;
  const content = (sent: Sent): Buffer => {
    const { pathname, search } = new URL(sent.url);
    const { host = "", date = "", digest: hash = "" } = sent.headers;
    return utf8(`(request-target): post ${pathname}${search}\nhost: ${host}\ndate: ${date}\ndigest: ${hash}`);
  };
  return {
    type: "json",
    url: endpoint,
    body: json,
    secret: whsk,
    sign: (now) => {
      const headers = { host: "example.com", date: new Date(now).toUTCString(), digest: digest(json) };
      const sent: Sent = { method: "POST", url: endpoint, headers, body: json };
      const signature = sign(null, content(sent), privateKey).toString("base64");
      const value = `keyid="k", algorithm="ed25519", signature="${signature}", headers="(request-target) host date digest"`;
      return { ...sent, headers: { ...headers, "keygen-signature": value } };
    },
    verify: (sent) => {
      const [, signature = ""] = /signature="([^"]+)"/.exec(sent.headers["keygen-signature"] ?? "") ?? [];
      const isListed = (sent.headers["keygen-signature"] ?? "").includes('headers="(request-target) host date digest"');
      return (
        isListed &&
        verify(null, content(sent), publicKey, Buffer.from(signature, "base64")) &&
        sent.headers["digest"] === digest(sent.body)
      );
    },
    spoil: changedBody,
  };
};

const ownHeaders: Readonly<Record<string, string>> = {
  new_relic: "x-api-key",
  fillout: "x-fillout-token",
  zapier: "x-zapier-token",
  okta: "authorization",
  bigcommerce: "x-bc-token",
  datadog: "x-datadog-token",
  brevo: "x-brevo-token",
};

const special: Readonly<Record<string, (row: Row) => Reference>> = {
  adyen,
  microsoft_graph: graph,
  mailgun,
  mercado_pago: mercadoPago,
  braintree,
  contentful,
  plivo,
  discord: ed25519,
  telnyx: ed25519,
  keygen,
};

/** The second reading of a row. */
export const referenceOf = (row: Row): Reference => {
  const own = special[row.id];
  if (own !== undefined) return own(row);
  if (row.algorithm === "plain token" || row.algorithm === "basic auth")
    return token(
      row,
      ownHeaders[row.id] ?? (row.algorithm === "basic auth" ? "authorization" : row.header.toLowerCase()),
    );
  return plain(row);
};
