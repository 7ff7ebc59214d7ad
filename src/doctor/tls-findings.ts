import type { ProbeFinding } from "./finding.ts";
import type { ProbeFacts } from "./probe.ts";
import type { TlsFacts } from "./tls.ts";

const soonMs = 14 * 86_400_000;

/** What certificate and handshake mean for deliveries; every platform verifies TLS. */
export const tlsFindings = (tls: TlsFacts, { hostname, port }: ProbeFacts, now: number): readonly ProbeFinding[] => {
  const finding = (code: string, level: ProbeFinding["level"], message: string, advice: string): ProbeFinding => ({
    step: "tls",
    code,
    level,
    message,
    advice,
  });
  if (tls.error !== null) {
    const { code, message } = tls.error;
    if (code === "TIMEOUT")
      return [
        finding(
          "tls-timeout",
          "problem",
          "the TLS handshake does not finish",
          "something accepts connections but sends nothing: check the process behind the port",
        ),
      ];
    if (/WRONG_VERSION|PACKET_LENGTH|UNKNOWN_PROTOCOL/i.test(`${code} ${message}`))
      return [
        finding(
          "tls-not-spoken",
          "problem",
          `port ${port} does not speak TLS`,
          "register http:// only if the platform allows it; better, put TLS in front of the port",
        ),
      ];
    return [
      finding(
        "tls-failed",
        "problem",
        `the TLS handshake fails (${code}): ${message}`,
        "server and client share no protocol or cipher, or the server aborts: check its log",
      ),
    ];
  }
  const [leaf] = tls.chain;
  const old = tls.protocol === "TLSv1" || tls.protocol === "TLSv1.1";
  return [
    ...(tls.refusal === null ? [] : refusals(tls, hostname, now, finding)),
    ...(old
      ? [
          finding(
            "tls-old",
            "warning",
            `the server agrees on ${tls.protocol}`,
            "allow TLS 1.2 and 1.3: platforms refuse older versions",
          ),
        ]
      : []),
    ...(tls.refusal === null && leaf !== undefined && Date.parse(leaf.validTo) - now < soonMs
      ? [
          finding(
            "tls-expires-soon",
            "warning",
            `the certificate expires on ${leaf.validTo.slice(0, 10)}`,
            "renew it, and make sure renewal is automatic",
          ),
        ]
      : []),
    ...(tls.refusal === null && leaf !== undefined && !old
      ? [
          finding(
            "tls-ok",
            "ok",
            `${tls.protocol ?? "TLS"}, certificate for ${leaf.names.replaceAll("DNS:", "") || leaf.subject} by ${leaf.issuer}, until ${leaf.validTo.slice(0, 10)}`,
            "",
          ),
        ]
      : []),
  ];
};

type Finding = (code: string, level: ProbeFinding["level"], message: string, advice: string) => ProbeFinding;

const selfSigned = new Set(["DEPTH_ZERO_SELF_SIGNED_CERT", "SELF_SIGNED_CERT_IN_CHAIN"]);
const incomplete = new Set([
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_GET_ISSUER_CERT",
]);

/** All problems of a certificate at once, so that fixing one doesn't only reveal the next. */
const refusals = (
  { refusal: why, chain, namesHost }: TlsFacts,
  hostname: string,
  now: number,
  finding: Finding,
): readonly ProbeFinding[] => {
  const [leaf] = chain;
  const { code = "", message: text = "" } = why ?? {};
  const found: ProbeFinding[] = [];
  const addFinding = (...problem: Parameters<Finding>): number => found.push(finding(...problem));
  const ended = chain.find(({ validTo }) => Date.parse(validTo) < now);
  if (ended !== undefined || code === "CERT_HAS_EXPIRED")
    addFinding(
      "tls-expired",
      "problem",
      `the certificate expired on ${(ended ?? leaf)?.validTo.slice(0, 10) ?? "?"}`,
      "renew it; platforms refuse to deliver until then",
    );
  if (code === "CERT_NOT_YET_VALID" || (leaf !== undefined && Date.parse(leaf.validFrom) > now))
    addFinding(
      "tls-not-yet-valid",
      "problem",
      `the certificate is not valid before ${leaf?.validFrom.slice(0, 10) ?? "?"}`,
      "wait, or check the clock of the machine that issued it",
    );
  if (selfSigned.has(code))
    addFinding(
      "tls-self-signed",
      "problem",
      "the certificate is self-signed, which no platform trusts",
      "get one from a public authority (Let's Encrypt); for a test add --cacert FILE",
    );
  if (incomplete.has(code))
    addFinding(
      "tls-chain",
      "problem",
      `the certificate chain is incomplete (${chain.length} sent)`,
      "serve the intermediate certificates too: fullchain.pem, not cert.pem",
    );
  if (!namesHost)
    addFinding(
      "tls-wrong-host",
      "problem",
      `the certificate is for ${leaf?.names.replaceAll("DNS:", "").replaceAll("IP Address:", "") || leaf?.subject || "no name"}, not for ${hostname}`,
      "get a certificate for this host, or register a host it covers",
    );
  if (found.length === 0)
    addFinding("tls-untrusted", "problem", `the certificate is rejected: ${text} (${code})`, "replace the certificate");
  return found;
};
