import type { ProbeFinding } from "./finding.ts";
import type { ProbeFacts } from "./probe.ts";
import type { CertificateFacts, TlsFacts } from "./tls.ts";

const soonMs = 14 * 86_400_000;

/** What a certificate and a handshake mean for platforms, which all verify TLS. */
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
          "the TLS handshake does not come to an end",
          "something accepts connections and says nothing: look at the process behind the port",
        ),
      ];
    if (/WRONG_VERSION|PACKET_LENGTH|UNKNOWN_PROTOCOL/i.test(`${code} ${message}`))
      return [
        finding(
          "tls-not-spoken",
          "problem",
          `port ${port} does not speak TLS`,
          "register http:// only where the platform allows it; better put TLS in front of the port",
        ),
      ];
    return [
      finding(
        "tls-failed",
        "problem",
        `the TLS handshake fails (${code}): ${message}`,
        "the server and this client have no protocol or cipher in common, or the server gives up: look into its log",
      ),
    ];
  }
  const [leaf] = tls.chain;
  const old = tls.protocol === "TLSv1" || tls.protocol === "TLSv1.1";
  return [
    ...(tls.refusal === null ? [] : [refusal(tls, leaf, hostname, now, finding)]),
    ...(old
      ? [
          finding(
            "tls-old",
            "warning",
            `the server agrees on ${tls.protocol}`,
            "allow TLS 1.2 and 1.3: platforms refuse what is older",
          ),
        ]
      : []),
    ...(tls.refusal === null && leaf !== undefined && Date.parse(leaf.validTo) - now < soonMs
      ? [
          finding(
            "tls-expires-soon",
            "warning",
            `the certificate ends on ${leaf.validTo.slice(0, 10)}`,
            "renew it, and make sure that renewal runs by itself",
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

const refusal = (
  { refusal: why, chain }: TlsFacts,
  leaf: CertificateFacts | undefined,
  hostname: string,
  now: number,
  finding: (code: string, level: ProbeFinding["level"], message: string, advice: string) => ProbeFinding,
): ProbeFinding => {
  const code = why?.code ?? "";
  const text = why?.message ?? "";
  const names = leaf?.names.replaceAll("DNS:", "").replaceAll("IP Address:", "") || leaf?.subject || "no name";
  const expired = code === "CERT_HAS_EXPIRED" || chain.some(({ validTo }) => Date.parse(validTo) < now);
  if (expired)
    return finding(
      "tls-expired",
      "problem",
      `the certificate ended on ${(chain.find(({ validTo }) => Date.parse(validTo) < now) ?? leaf)?.validTo.slice(0, 10) ?? "?"}`,
      "renew it; platforms refuse to deliver until then",
    );
  if (code === "CERT_NOT_YET_VALID")
    return finding(
      "tls-not-yet-valid",
      "problem",
      `the certificate begins on ${leaf?.validFrom.slice(0, 10) ?? "?"}`,
      "wait, or check the clock of the machine that made it",
    );
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID" || code === "HOSTNAME_MISMATCH")
    return finding(
      "tls-wrong-host",
      "problem",
      `the certificate is for ${names}, not for ${hostname}`,
      "get a certificate that names this host, or register the host that it names",
    );
  if (code === "DEPTH_ZERO_SELF_SIGNED_CERT" || code === "SELF_SIGNED_CERT_IN_CHAIN")
    return finding(
      "tls-self-signed",
      "problem",
      "the certificate is signed by its own owner, which no platform trusts",
      "get one from a public authority (Let's Encrypt); for a test add --cacert FILE",
    );
  if (
    code === "UNABLE_TO_VERIFY_LEAF_SIGNATURE" ||
    code === "UNABLE_TO_GET_ISSUER_CERT_LOCALLY" ||
    code === "UNABLE_TO_GET_ISSUER_CERT"
  )
    return finding(
      "tls-chain",
      "problem",
      `the chain up to a known authority is not complete (${chain.length} sent)`,
      "serve the intermediate certificates too: fullchain.pem, not cert.pem",
    );
  return finding(
    "tls-untrusted",
    "problem",
    `the certificate is refused: ${text} (${code})`,
    "replace the certificate",
  );
};
