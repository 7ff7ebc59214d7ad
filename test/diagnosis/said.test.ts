import { constants, createHash, createHmac, generateKeyPairSync, sign as signWith } from "node:crypto";
import { describe, expect, test } from "vitest";
import { diagnose } from "../../src/diagnosis/diagnose.ts";
import { builtInProfiles } from "../../src/providers/index.ts";
import type { Profile, Scheme } from "../../src/providers/profile.ts";
import type { HeaderPair, WebhookRequest } from "../../src/request/request.ts";
import type { Verdict } from "../../src/signature/verdict.ts";
import { Secret } from "../../src/values/secret.ts";
import { at, codes, judged, platform, received } from "./support.ts";

// What a verdict says of secrets, headers, URLs and profiles that do not fit: only what was tested.

const body = Buffer.from('{"id":"evt_1","amount":12}');
const hmac = (secret: string | Buffer, content: string | Buffer = body, hash = "sha256"): Buffer =>
  createHmac(hash, secret).update(content).digest();
const tenx = platform("10x");
const proper = `sha256=${hmac(tenx.secret).toString("hex")}`;
const arrived = (value: string, more: readonly HeaderPair[] = []): WebhookRequest =>
  received([["x-arjun-signature", value], ...more], body);
const messages = (verdict: Verdict): string => verdict.findings.map(({ message }) => message).join("\n");
const proofs = (verdict: Verdict): readonly string[] =>
  verdict.findings.filter(({ certain }) => certain).map(({ code }) => code);

/** A profile of the user's own with one scheme. */
const own = (scheme: Partial<Scheme>): Profile => {
  const [base] = builtInProfiles();
  if (base === undefined) throw new Error("no profile");
  return {
    ...base,
    id: "acme",
    name: "Acme",
    schemes: [
      {
        name: "hmac",
        summary: "x",
        header: "X-Acme-Signature",
        layout: { kind: "single" },
        encoding: "hex",
        mac: { kind: "hmac", hash: "sha256", key: "text" },
        content: ["body"],
        ...scheme,
      },
    ],
  };
};
const judgedBy = (profile: Profile, headers: readonly HeaderPair[], secret: string | Buffer, url?: string): Verdict =>
  diagnose(received(headers, body), profile, [new Secret("given", secret)], {
    at,
    ...(url === undefined ? {} : { url }),
  });

describe("a secret that is none is said first, and nothing is ruled out then", () => {
  test.each([
    ["stripe", "sk_test_51HxAbCdEfGhIjKlMnOpQrStUv", /begins with sk_test_, as API keys do/],
    ["stripe", "rk_live_51HxAbCdEfGhIjKlMnOpQrStUv", /begins with rk_live_/],
    ["stripe", "we_1QxAbCdEfGhIjKlMn", /begins with we_, as ids do/],
    ["stripe", "whsec_8sTq2nV", /cut off/],
    ["stripe", "whsec_8sTq2nVb…3i", /dots or asterisks/],
    ["stripe", "8sTq2nVbYp0dRk4wLzXu6mGh1cJfAe3i", /does not begin with whsec_/],
    ["stripe", "7c9e6679-7425-40de-944b-e07fc1f90ae7", /is a UUID/],
    ["github", "ghp_16C7e42F292c6912E7710c838347Ae178B4a", /GitHub's tokens/],
    ["slack", "xoxb-17653672481-19874698323-pdFZKVeTuE8sk7oOcHrzqqgy", /Slack's tokens/],
    ["shopify", "shpat_0123456789abcdef0123456789abcdef", /Shopify's access tokens/],
    ["github", "${WEBHOOK_SECRET}", /variable/],
    ["github", "$WEBHOOK_SECRET", /variable/],
    ["github", "process.env.WEBHOOK_SECRET", /variable/],
    ["github", "op://vault/hooks/secret", /reference to a secret store/],
    ["github", "arn:aws:secretsmanager:eu-west-1:1:secret:hooks", /reference to a secret store/],
    ["github", "<your-webhook-secret>", /placeholder/],
    ["github", "your_webhook_secret_here", /placeholder/],
    ["github", "undefined", /placeholder/],
    ["github", "https://hooks.example.com/in", /URL/],
    ["github", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", /JSON Web Token/],
  ])("%s with %s", (id, secret, words) => {
    const one = platform(id);
    const headers = one.build({ secret: Buffer.from("the real one"), body });
    const verdict = judged(id, received(headers, body), secret, { budget: { tries: 500 } });
    expect(codes(verdict)).toEqual(["secret-unfit", "unexplained"]);
    expect(verdict.findings[0]).toMatchObject({ certain: false, message: expect.stringMatching(words) });
    expect(messages(verdict)).not.toMatch(/Ruled out/);
    expect(messages(verdict)).toContain("nothing is ruled out");
    expect(JSON.stringify(verdict)).not.toContain(secret);
  });

  test.each([
    ["v1,not base64 at all!", /is not base64/],
    ["", /is empty/],
  ])("Standard Webhooks with %j cannot be: that is certain", (secret, words) => {
    const headers = platform("standard-webhooks").build({
      secret: Buffer.from("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
      body,
    });
    const verdict = judged("standard-webhooks", received(headers, body), secret);
    expect(verdict.findings[0]).toMatchObject({
      code: "secret-unfit",
      certain: true,
      message: expect.stringMatching(words),
    });
    expect(messages(verdict)).not.toMatch(/Ruled out/);
  });

  test("HubSpot's secrets are UUIDs, and any text may be GitHub's", () => {
    for (const [id, secret] of [
      ["hubspot", "7c9e6679-7425-40de-944b-e07fc1f90ae7"],
      ["github", "correct-horse"],
    ] as const) {
      const headers = platform(id).build({ secret: Buffer.from("the real one"), body });
      expect(codes(judged(id, received(headers, body), secret))).toEqual(["unexplained"]);
    }
  });

  test("beside one that may be right it is a hint, and only of that one something is ruled out", () => {
    const known = [
      new Secret("a", "sk_test_51HxAbCdEfGhIjKlMnOpQrStUv"),
      new Secret("b", "whsec_5WbX5kEWLlfzsGNjH64I8lOOqUB6e8FH"),
    ];
    const headers = platform("stripe").build({ secret: Buffer.from("the real one"), body });
    const profile = builtInProfiles().find(({ id }) => id === "stripe");
    const verdict = diagnose(received(headers, body), profile ?? { auto: [] }, known, { at });
    expect(codes(verdict)).toEqual(["unexplained"]);
    expect(messages(verdict)).toMatch(/Ruled out: 1 secret .* begins with sk_test_/s);
  });

  test("a right one is right, whatever it looks like", () => {
    for (const secret of ["sk_test_51HxAbCdEfGhIjKlMnOpQrStUv", "<your-webhook-secret>"]) {
      const headers = platform("github").build({ secret: Buffer.from(secret), body });
      expect(judged("github", received(headers, body), secret).valid).toBe(true);
    }
  });
});

describe("ed25519", () => {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const der = publicKey.export({ format: "der", type: "spki" });
  const raw = der.subarray(12);
  const scheme = own({ header: "X-Signature-Ed25519", mac: { kind: "ed25519" } });
  const signature = signWith(null, body, privateKey).toString("hex");

  test.each([
    ["hex", raw.toString("hex")],
    ["upper-case hex", raw.toString("hex").toUpperCase()],
    ["base64", raw.toString("base64")],
    ["base64url", raw.toString("base64url")],
    ["whpk_", `whpk_${raw.toString("base64")}`],
    ["PEM", publicKey.export({ format: "pem", type: "spki" })],
    ["PEM in one line", publicKey.export({ format: "pem", type: "spki" }).toString().replaceAll("\n", "\\n")],
    ["DER in base64", der.toString("base64")],
    ["DER in hex", der.toString("hex")],
    ["raw bytes", raw],
    ["the private key as PEM", privateKey.export({ format: "pem", type: "pkcs8" })],
  ])("takes a key as %s", (_name, key) => {
    expect(judgedBy(scheme, [["X-Signature-Ed25519", signature]], key).valid).toBe(true);
    const spaced = judgedBy(
      scheme,
      [["X-Signature-Ed25519", signWith(null, Buffer.from(`${body}\n`), privateKey).toString("hex")]],
      key,
    );
    expect(codes(spaced)).toEqual(["body-whitespace"]);
  });

  test.each(["a-shared-secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "00112233"])(
    "without a key nothing is searched, and nothing ruled out: %s",
    (secret) => {
      const verdict = judgedBy(scheme, [["X-Signature-Ed25519", signature]], secret);
      expect([codes(verdict), verdict.tried, verdict.findings[0]?.certain]).toEqual([["secret-unfit"], 0, true]);
      expect(messages(verdict)).toMatch(/nothing was checked, and nothing is ruled out/);
    },
  );

  test.each(["prime256v1", "secp384r1", "rsa"])(
    "a key of another kind is named, and so is its signature: %s",
    (kind) => {
      const pair =
        kind === "rsa"
          ? generateKeyPairSync("rsa", { modulusLength: 2048 })
          : generateKeyPairSync("ec", { namedCurve: kind });
      const key = pair.publicKey.export({ format: "der", type: "spki" }).toString("base64");
      const made = signWith("sha256", body, pair.privateKey).toString("base64");
      const found = judgedBy(scheme, [["X-Signature-Ed25519", made]], key);
      expect([codes(found), proofs(found)]).toEqual([["scheme-other"], ["scheme-other"]]);
      expect(messages(found)).toContain(`${kind === "rsa" ? "RSA" : "ECDSA"}-SHA256 of the body under given`);
      const lost = judgedBy(
        scheme,
        [["X-Signature-Ed25519", signWith("sha256", Buffer.from("x"), pair.privateKey).toString("base64")]],
        key,
      );
      expect(messages(lost)).toMatch(kind === "rsa" ? /is an RSA public key/ : /is an EC public key/);
      expect(messages(lost)).toContain("this scheme needs an ed25519 key");
      expect([codes(lost)[0], messages(lost)]).toEqual(["secret-unfit", expect.not.stringContaining("Ruled out")]);
    },
  );

  test("a signature with PSS padding is named as that", () => {
    const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const key = pair.publicKey.export({ format: "pem", type: "spki" });
    const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
    const made = signWith("sha256", body, { key: pair.privateKey, ...padding }).toString("base64");
    const found = judgedBy(scheme, [["X-Signature-Ed25519", made]], key);
    expect(proofs(found)).toEqual(["scheme-other"]);
    expect(messages(found)).toContain("RSA-PSS-SHA256 of the body under given");
  });
});

describe("the signature header", () => {
  const swap = (value: string, index: number): string =>
    value.slice(0, index) + (value[index] === "0" ? "1" : "0") + value.slice(index + 1);

  test.each([
    ["one character", swap(proper, 20), /character 14 of the signature is '.' and not '.'/],
    ["two characters", swap(swap(proper, 10), 60), / and character/],
    ["the first and the last", swap(swap(proper, 7), proper.length - 1), /character 1 /],
    ["one too many", `${proper.slice(0, 30)}7${proper.slice(30)}`, /extra/],
    ["one too few", proper.slice(0, 30) + proper.slice(31), /missing/],
    ["a letter that is not a digit", `${proper.slice(0, 30)}o${proper.slice(31)}`, /not 'o'/],
    [
      "a space inside",
      `${proper.slice(0, 39)} ${proper.slice(39)}`,
      /space inside the signature is removed \(1 place, first after 32 characters\)/,
    ],
    ["wrapped lines", proper.replace(/(.{23})/g, "$1  "), /spaces inside/],
  ])("with %s is signature-altered, proved, with the place", (_name, value, words) => {
    const verdict = judged("10x", arrived(value), tenx.secret);
    expect([codes(verdict), proofs(verdict)]).toEqual([["signature-altered"], ["signature-altered"]]);
    expect(messages(verdict)).toMatch(words);
    expect(verdict.matchedSecret).toMatch(/^given/);
  });

  test("three altered characters prove nothing", () => {
    const verdict = judged("10x", arrived(swap(swap(swap(proper, 12), 30), 50)), tenx.secret);
    expect(proofs(verdict)).toEqual([]);
  });

  test("altered base64 is found too, and with a changed body", () => {
    const { secret, build } = platform("shopify");
    const headers = build({ secret: Buffer.from(secret), body }).map(([name, value]): HeaderPair => [
      name,
      `${value.slice(0, 5)}${value[5] === "A" ? "B" : "A"}${value.slice(6)}`,
    ]);
    expect(codes(judged("shopify", received(headers, body), secret))).toEqual(["signature-altered"]);
    const longer = Buffer.concat([body, Buffer.from("\n")]);
    expect(codes(judged("shopify", received(headers, longer), secret))).toEqual([
      "signature-altered",
      "body-whitespace",
    ]);
  });

  test.each([
    ["two equal copies", `${proper}, ${proper}`, "signature-malformed", /first of the 2 values/],
    [
      "a wrong and a right copy",
      `sha256=${"0".repeat(64)}, ${proper}`,
      "signature-malformed",
      /second of the 2 values/,
    ],
    ["a list after ;", `${proper};keyId=k1`, "signature-malformed", /';' separates 2 items/],
    ["a list before ;", `keyId=k1; ${proper}`, "signature-malformed", /';' separates 2 items/],
    ["two copies in quotes", `"${proper}", "${proper}"`, "signature-malformed", /first of the 2 values/],
    ["quotes around it", `"${proper}"`, "signature-malformed", /quotes or other marks/],
    ["quotes inside", proper.replace("=", '="').concat('"'), "signature-malformed", /quotes/],
    [
      "an ellipsis",
      `${proper.slice(0, 30)}...${proper.slice(-12)}`,
      "signature-truncated",
      /ellipsis after character 23/,
    ],
    ["a typographic ellipsis", `${proper.slice(0, 40)}\xe2\x80\xa6`, "signature-truncated", /ellipsis/],
  ])("with %s is told as that, and never as a wrong prefix", (_name, value, code, words) => {
    const verdict = judged("10x", arrived(value), tenx.secret);
    expect([codes(verdict), proofs(verdict)]).toEqual([[code], [code]]);
    expect(messages(verdict)).toMatch(words);
    expect(messages(verdict)).not.toMatch(/prefix|is before the signature/);
  });

  test.each([
    ["x-arjun-signature", tenx.secret],
    ["x-arjun-signature", `sha256=${tenx.secret}`],
    ["x-arjun-signature", `Bearer ${tenx.secret}`],
  ])("that contains the secret itself is said: %s: %s", (header, value) => {
    const verdict = judged("10x", received([[header, value]], body), tenx.secret);
    expect([codes(verdict), proofs(verdict)]).toEqual([["scheme-other"], ["scheme-other"]]);
    expect(messages(verdict)).toContain("contains the secret itself");
    expect(JSON.stringify(verdict)).not.toContain(tenx.secret);
  });

  test.each([
    ["a list of versions", { kind: "versions", version: "v1" }, "v1,"],
    ["pairs", { kind: "pairs", key: "v1" }, "v1="],
  ] as const)("with a space inside a signature of %s is neither cut off nor another form", (_name, layout, before) => {
    for (const encoding of ["hex", "base64"] as const) {
      const right = hmac("s3cret").toString(encoding);
      const value = `${before}${right.slice(0, 22)} ${right.slice(22)}`;
      const verdict = judgedBy(own({ layout, encoding }), [["X-Acme-Signature", value]], "s3cret");
      expect([codes(verdict), proofs(verdict)]).toEqual([["signature-altered"], ["signature-altered"]]);
      expect(messages(verdict)).toMatch(/space inside the signature is removed \(1 place, first after 22 characters\)/);
      const lost = judgedBy(own({ layout, encoding }), [["X-Acme-Signature", value]], "another");
      expect(proofs(lost)).toEqual([]);
    }
  });

  test("a space inside one of two versions leaves the other as it is", () => {
    const right = hmac("s3cret").toString("hex");
    const layout = { kind: "versions", version: "v1" } as const;
    const value = `v1,${"0".repeat(20)} ${"0".repeat(44)} v1,${right}`;
    const longer = Buffer.concat([body, Buffer.from("\n")]);
    const request = { ...received([["X-Acme-Signature", value]], longer) };
    const verdict = diagnose(request, own({ layout }), [new Secret("given", "s3cret")], { at });
    expect(codes(verdict)).toEqual(["body-whitespace"]);
  });

  test("of another algorithm's length is told with that length, and what to do", () => {
    const value = hmac("unknown", body, "sha1").toString("hex");
    const verdict = judgedBy(own({}), [["X-Acme-Signature", value]], "s3cret");
    expect(verdict.findings[0]).toMatchObject({
      code: "signature-malformed",
      message: "X-Acme-Signature contains 20 bytes (the length of SHA-1), but a signature of 32 bytes is expected.",
      fix: expect.stringContaining("documented algorithm"),
    });
  });

  test.each([
    [[["X-Acme-Token", tenx.secret]], "/in", "X-Acme-Token"],
    [[["Authorization", `Basic ${Buffer.from(`user:${tenx.secret}`).toString("base64")}`]], "/in", "its password"],
    [[], `/in?token=${tenx.secret}`, "the query parameter token"],
  ] as const)("that is missing, while the secret stands elsewhere: %j %s", (headers, target, place) => {
    const request = { ...received(headers, body), target };
    for (const of of [{ auto: builtInProfiles() }, builtInProfiles().find(({ id }) => id === "10x")]) {
      const verdict = diagnose(request, of ?? { auto: [] }, [new Secret("given", tenx.secret)], { at });
      expect(codes(verdict)).toContain("scheme-other");
      expect(messages(verdict)).toContain(place);
    }
  });

  test.each(["x_arjun_signature", "HTTP_X_ARJUN_SIGNATURE"])(
    "with underscores is found, with nginx's setting: %s",
    (name) => {
      const right = judged("10x", received([[name, proper]], body), tenx.secret);
      expect(codes(right)).toEqual(["signature-missing"]);
      expect(messages(right)).toMatch(/it matches: .*underscores_in_headers/s);
      const wrong = judged("10x", received([[name, proper]], body), "another");
      expect(messages(wrong)).toMatch(new RegExp(`${name} is there.*underscores_in_headers`, "s"));
    },
  );

  test("of a profile whose own header has underscores, and which is not there", () => {
    const verdict = judgedBy(own({ header: "x_acme_signature" }), [], "s3cret-s3cret");
    expect(messages(verdict)).toContain("underscores_in_headers");
  });
});

describe("a user's profile that does not fit is reported, and the sender is not blamed", () => {
  const stamp = String(at / 1000);
  const timed: Partial<Scheme> = {
    content: ["timestamp", { text: "." }, "body"],
    timestamp: { from: { header: "X-Acme-Time" }, unit: "s", form: "digits", past: "5m", future: "5m" },
  };

  test.each([";", "&", "|", " ", "; "])("items separated by %j", (by) => {
    const profile = own({
      ...timed,
      layout: { kind: "pairs", key: "h1" },
      timestamp: { from: { pair: "ts" }, unit: "s", form: "canonical", past: "5m", future: "5m" },
    });
    const right = `ts=${stamp}${by}h1=${hmac("s3cret", `${stamp}.${body}`).toString("hex")}`;
    const verdict = judgedBy(profile, [["X-Acme-Signature", right]], "s3cret");
    expect([codes(verdict), verdict.valid]).toEqual([["scheme-other"], false]);
    expect(messages(verdict)).toMatch(/the profile does not fit. Read this way, the signature is correct/);
    const changed = `ts=${stamp}${by}h1=${hmac("s3cret", `${stamp}.${body}\n`).toString("hex")}`;
    expect(codes(judgedBy(profile, [["X-Acme-Signature", changed]], "s3cret"))).toEqual([
      "scheme-other",
      "body-whitespace",
    ]);
  });

  test.each(["2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000+00:00", "Thu, 01 Jan 2026 00:00:00 GMT", "1767225600.5"])(
    "a time as %s",
    (time) => {
      const headers: readonly HeaderPair[] = [
        ["X-Acme-Time", time],
        ["X-Acme-Signature", hmac("s3cret", `${time}.${body}`).toString("hex")],
      ];
      const verdict = judgedBy(own(timed), headers, "s3cret");
      expect(codes(verdict)).toEqual(["scheme-other"]);
      expect(messages(verdict)).toMatch(
        /The signature is correct over the timestamp .* does not fit, and its age was not checked/,
      );
    },
  );

  test.each([
    ["another notation", own({}), hmac("s3cret").toString("base64"), "signature-encoding"],
    [
      "another prefix",
      own({ layout: { kind: "single", prefix: "v1=" } }),
      `sha256=${hmac("s3cret").toString("hex")}`,
      "signature-prefix",
    ],
    ["another algorithm", own({}), hmac("s3cret", body, "sha512").toString("hex"), "algorithm-other"],
    ["another content", own({ content: ["method", "body"] }), hmac("s3cret").toString("hex"), "content-other"],
  ])("%s", (_name, profile, value, code) => {
    const verdict = judgedBy(profile, [["X-Acme-Signature", value]], "s3cret");
    expect(codes(verdict)).toEqual([code]);
    expect(messages(verdict)).toContain("your profile acme may not fit");
    expect(messages(verdict)).not.toContain("Usual cause");
    expect(verdict.findings[0]?.fix).toMatch(/^Compare the profile acme with the platform/);
  });

  test("a plain hash over another content is of no other algorithm", () => {
    const digest = createHash("sha256").update("s3cret").update(body).digest("hex");
    const mac = { kind: "digest", hash: "sha256" } as const;
    const over = (content: Scheme["content"]): Verdict =>
      judgedBy(own({ mac, content }), [["X-Acme-Signature", digest]], "s3cret");
    expect(codes(over(["secret", "method", "body"]))).toEqual(["content-other"]);
    const last = over(["body", "secret"]);
    expect([codes(last), proofs(last)]).toEqual([["content-other"], ["content-other"]]);
    expect(messages(last)).toContain("the plain SHA-256 is computed over secret and content");
  });

  test("a form that cannot be read proves nothing", () => {
    const verdict = judgedBy(
      own({ layout: { kind: "single", prefix: "v1=" } }),
      [["X-Acme-Signature", "keyId=1 none"]],
      "s3cret",
    );
    expect(verdict.findings[0]).toMatchObject({ code: "scheme-other", certain: false });
  });
});

test.each(["\n", " ", " \n\n\n\n\n"])("spaces beyond the announced length are reported as spaces: %j", (blanks) => {
  const longer = Buffer.concat([body, Buffer.from(blanks)]);
  const request = received(
    [
      ["x-arjun-signature", proper],
      ["Content-Length", String(body.length)],
    ],
    longer,
  );
  const verdict = judged("10x", request, tenx.secret);
  expect([codes(verdict), proofs(verdict)]).toEqual([["body-whitespace"], ["body-whitespace"]]);
});

describe("the URL", () => {
  const square = own({ content: [{ url: "as-sent" }, "body"], encoding: "base64" });
  const over = (url: string): HeaderPair => [
    "X-Acme-Signature",
    hmac("s3cret", url + body.toString()).toString("base64"),
  ];

  test("that was not given is open, said first, and where the advice begins", () => {
    const verdict = judgedBy(square, [over("https://public.example/x")], "s3cret");
    expect(codes(verdict)).toEqual(["unexplained"]);
    expect(messages(verdict)).toMatch(
      /^The URL is signed but was not given.*https:\/\/hooks\.example\.com\/in\?tenant=7 first/,
    );
    expect(/Ruled out: (.*?)\. Not ruled out: the URL;/.exec(messages(verdict))?.[1]).not.toMatch(/URL/);
    expect(verdict.findings[0]?.fix).toMatch(/^Pass --url /);
  });

  test("that was given is ruled out with what is near it", () => {
    const verdict = judgedBy(square, [over("https://public.example/x")], "s3cret", "https://hooks.example.com/in");
    expect(messages(verdict)).toMatch(/Ruled out: .* \d+ URLs/);
    expect(verdict.findings[0]?.fix).not.toMatch(/^Pass --url/);
  });

  test("that matched and the one that was tried are both shown", () => {
    const verdict = judgedBy(square, [over("https://hooks.example.com/in/")], "s3cret", "http://hooks.example.com/in/");
    expect(codes(verdict)).toEqual(["content-other"]);
    expect(messages(verdict)).toContain(
      "is taken as https://hooks.example.com/in/ instead of http://hooks.example.com/in/",
    );
    expect(verdict.findings[0]?.fix).toContain("--url URL");
  });

  test("takes user and password of Authorization: Basic, and does not show the password", () => {
    const basic: HeaderPair = ["Authorization", `Basic ${Buffer.from("hook:s3cr3t-pw").toString("base64")}`];
    const verdict = judgedBy(square, [over("https://hook:s3cr3t-pw@hooks.example.com/in?tenant=7"), basic], "s3cret");
    expect(codes(verdict)).toEqual(["content-other"]);
    expect(messages(verdict)).toMatch(/user:password from Authorization: Basic is in the URL.*hook:\*\*\*@hooks/);
    expect(messages(verdict)).not.toContain("s3cr3t-pw");
  });
});

describe("every content that a profile may name is searched with a changed body", () => {
  const contents: readonly (readonly [string, Scheme["content"], (sent: string) => string])[] = [
    ["the secret first", ["secret", "body"], (sent) => `s3cret${sent}`],
    ["the secret last", ["body", "secret"], (sent) => `${sent}s3cret`],
    ["the secret between", ["method", "secret", "body"], (sent) => `POSTs3cret${sent}`],
    ["the method", ["method", { text: "\n" }, "body"], (sent) => `POST\n${sent}`],
    ["the URL", [{ url: "as-sent" }, "body"], (sent) => `https://hooks.example.com/in?tenant=7${sent}`],
  ];
  test.each(contents)("%s", (_name, content, signed) => {
    const headers: readonly HeaderPair[] = [["X-Acme-Signature", hmac("s3cret", signed(`${body}\n`)).toString("hex")]];
    expect(codes(judgedBy(own({ content }), headers, "s3cret"))).toEqual(["body-whitespace"]);
  });
});

describe("-p auto", () => {
  const auto = (headers: readonly HeaderPair[], secret: string, came = body): Verdict =>
    diagnose(received(headers, came), { auto: builtInProfiles() }, [new Secret("given", secret)], { at });
  const stamp = String(at / 1000);

  test.each([
    ["hex HMAC-SHA256 of the body", [["acme-signature", hmac("s3cret").toString("hex")]]],
    ["base64 HMAC-SHA1 of the body", [["X-Acme-Hmac", hmac("s3cret", body, "sha1").toString("base64")]]],
    ["hex HMAC-SHA512 of the body", [["X-Acme-Signature", `sha512=${hmac("s3cret", body, "sha512").toString("hex")}`]]],
    [
      "hex HMAC-SHA256 of timestamp.body",
      [["X-Acme-Signature", `t=${stamp},v1=${hmac("s3cret", `${stamp}.${body}`).toString("hex")}`]],
    ],
    [
      "hex HMAC-SHA256 of timestamp:body",
      [["X-Acme-Signature", `ts=${stamp};h1=${hmac("s3cret", `${stamp}:${body}`).toString("hex")}`]],
    ],
    [
      "base64 HMAC-SHA256 of timestamp body",
      [
        ["X-Acme-Timestamp", stamp],
        ["X-Acme-Signature", hmac("s3cret", `${stamp}${body}`).toString("base64")],
      ],
    ],
  ] as const)("names the common scheme of an unknown header: %s", (name, headers) => {
    const verdict = auto(headers, "s3cret");
    expect([codes(verdict), proofs(verdict)]).toEqual([["scheme-other"], ["scheme-other"]]);
    const header = headers.at(-1)?.[0] ?? "";
    expect(messages(verdict)).toBe(`No known platform, but ${header} is ${name} under ${verdict.matchedSecret}.`);
  });

  test("tells what else had to be changed", () => {
    const verdict = auto([["acme-signature", hmac("s3cret", `${body}\n`).toString("hex")]], "s3cret\n");
    expect(codes(verdict)).toEqual(["scheme-other", "secret-whitespace", "body-whitespace"]);
  });

  test("takes no digest of the body for a signature", () => {
    const digest = hmac("", body).toString("hex");
    const sum = createHash("sha256").update(body).digest("hex");
    for (const headers of [
      [["X-Content-Hash", sum]],
      [["X-Body-Digest", `sha256=${sum}`]],
      [["acme-signature", digest]],
    ] as const) {
      const verdict = auto(headers, "s3cret");
      expect([codes(verdict), verdict.matchedSecret]).toEqual([["signature-missing"], null]);
      expect(codes(judged("10x", received(headers, body), "s3cret"))).toEqual(["signature-missing"]);
    }
  });

  test("looks at an unknown header beside a known one that does not match", () => {
    const headers: readonly HeaderPair[] = [
      ["x-arjun-signature", `sha256=${"0".repeat(64)}`],
      ["X-Acme-Signature", hmac("s3cret").toString("hex")],
    ];
    expect(messages(auto(headers, "s3cret"))).toMatch(/^No known platform, but X-Acme-Signature is hex HMAC-SHA256/);
    expect(codes(auto(headers, "another-one"))).toEqual(["unexplained"]);
  });

  test("says which headers it looked at", () => {
    expect(messages(auto([["acme-signature", "0".repeat(64)]], "s3cret"))).toMatch(/do not match acme-signature/);
  });
});

describe("with the request as it was sent", () => {
  const secret = "s3cret-s3cret";
  const profile = own({});
  const event = (attempt: number, id = "e1"): Buffer => Buffer.from(`{"id":"${id}","attempt":${attempt}}`);
  const request = (of: Buffer, signed: Buffer): WebhookRequest =>
    received([["X-Acme-Signature", hmac(secret, signed).toString("hex")]], of);
  const against = (came: WebhookRequest, sent: WebhookRequest): Verdict =>
    diagnose(came, profile, [new Secret("given", secret)], { at, sent });

  test("a changed body with the signature of the first attempt is recognized", () => {
    const verdict = against(request(event(2), event(1)), request(event(1), event(1)));
    expect([codes(verdict), proofs(verdict)]).toEqual([["body-altered"], ["body-altered"]]);
    expect(messages(verdict)).toMatch(/Both requests carry the same signature: either the sender sent a changed body/);
    expect(verdict.findings[0]?.fix).toMatch(/must sign each attempt's own body/);
  });

  test("another event's signature is recognized", () => {
    const verdict = against(request(event(1, "e2"), event(1)), request(event(1), event(1)));
    expect(messages(verdict)).toMatch(/These are different events/);
  });

  test("a body alone says nothing about the sender's signature", () => {
    const came = request(event(2), event(1));
    const verdict = against(came, { ...came, body: event(1) });
    expect([codes(verdict), messages(verdict)]).toEqual([
      ["body-altered"],
      expect.not.stringContaining("same signature"),
    ]);
  });

  test.each(["Zoë 2€", "😀 Zoë"])("characters that an ASCII encoder replaced are reported: %s", (name) => {
    const sent = Buffer.from(JSON.stringify({ id: "e1", name }));
    for (const pattern of [/[^\0-\x7f]/gu, /[^\0-\x7f]/g]) {
      const came = Buffer.from(sent.toString().replace(pattern, "?"));
      const verdict = against(request(came, sent), request(sent, sent));
      expect([codes(verdict), messages(verdict)]).toEqual([["body-charset"], expect.stringContaining("(2 places")]);
    }
  });
});

describe("advice goes to whom it helps", () => {
  test("what the signer did is for the signer", () => {
    const { secret, build } = platform("10x");
    const empty = judged("10x", received(build({ secret: Buffer.from(secret), body: Buffer.alloc(0) }), body), secret);
    expect(codes(empty)).toEqual(["body-empty"]);
    expect(empty.findings[0]?.fix).toMatch(/^At the signer: sign exactly the bytes/);
    const fed = judged("10x", received(build({ secret: Buffer.from(`${secret}\n`), body }), body), secret);
    expect([codes(fed), fed.findings[0]?.fix]).toEqual([
      ["secret-whitespace"],
      expect.stringMatching(/^At the signer: Store/),
    ]);
  });

  test("timestamps, URLs and the body alone each have their own", () => {
    const { secret, build } = platform("agentflow");
    const stamp = Number(at / 1000);
    const moved = build({ secret: Buffer.from(secret), body, headerTimestamp: String(stamp + 1) });
    const alone = build({ secret: Buffer.from(secret), body, content: ({ body: of }) => of });
    const fixes = [moved, alone].map(
      (headers) => judged("agentflow", received(headers, body), secret).findings[0]?.fix,
    );
    expect(fixes).toEqual([expect.stringMatching(/timestamp/), expect.stringMatching(/not only the body/)]);
    expect(fixes.join()).not.toMatch(/URL|proxy/);
  });
});

describe("a digest in the request", () => {
  const digest = (of: Buffer): HeaderPair => [
    "Content-Digest",
    `sha-256=:${createHash("sha256").update(of).digest("base64")}:`,
  ];
  const unknown = `sha256=${hmac("nobody's").toString("hex")}`;

  test.each([
    ["body-whitespace", Buffer.from(`${body}\n`)],
    ["body-reserialized", Buffer.from(JSON.stringify(JSON.parse(body.toString()), null, 2))],
    ["body-bom", Buffer.from(`\ufeff${body}`)],
  ])("proves the change without the secret: %s", (code, came) => {
    const verdict = judged("10x", received([["x-arjun-signature", unknown], digest(body)], came), "another-secret");
    expect([codes(verdict), proofs(verdict)]).toEqual([[code, "unexplained"], [code]]);
    expect(messages(verdict)).toContain("The body matches its Content-Digest once");
    expect(verdict.matchedSecret).toBeNull();
  });

  test("that no known change fits shows that the body is another", () => {
    const verdict = judged(
      "10x",
      received([["x-arjun-signature", unknown], digest(Buffer.from("x"))], body),
      "another-secret",
    );
    expect(codes(verdict)).toEqual(["body-altered"]);
  });
});
