import { createHash, X509Certificate } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { isIP } from "node:net"; // Tells an address from a name: no socket.
import { dirname } from "node:path";
import { fileError } from "../errors.ts";
import { makeFolder } from "../values/folder.ts";

/** A certificate for this machine, made for one run. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
  /** SHA-256 of the certificate, as `openssl x509 -fingerprint -sha256` writes it. */
  readonly fingerprint: string;
  /** The PEM file with which a sender can trust it: `curl --cacert FILE`. */
  readonly file: string;
}

/** Long enough for any run, and short enough that a forgotten file isn't a risk. */
const validDays = 30;

/**
 * Makes a self-signed certificate for localhost and the host listened on, and writes its public half to `file`. The key
 * stays in memory.
 * @param now epoch milliseconds
 * @throws HookproofError if the file can't be written
 */
export const makeCertificate = async (host: string, file: string, now: number): Promise<Certificate> => {
  const { generate } = await import("selfsigned");
  const ips = new Set(["127.0.0.1", "::1", ...(isIP(host) > 0 && host !== "0.0.0.0" && host !== "::" ? [host] : [])]);
  const names = new Set(["localhost", ...(isIP(host) === 0 ? [host] : [])]);
  const made = await generate([{ name: "commonName", value: "hookproof listen" }], {
    // The library's default is SHA-1, which Node and curl refuse.
    algorithm: "sha256",
    keyType: "ec",
    // An hour of slack for senders whose clock is behind.
    notBeforeDate: new Date(now - 3_600_000),
    notAfterDate: new Date(now + validDays * 86_400_000),
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", digitalSignature: true, keyCertSign: true, critical: true },
      { name: "extKeyUsage", serverAuth: true },
      {
        name: "subjectAltName",
        altNames: [
          ...[...names].map((value) => ({ type: 2 as const, value })),
          ...[...ips].map((ip) => ({ type: 7 as const, ip })),
        ],
      },
    ],
  });
  makeFolder(dirname(file));
  try {
    await writeFile(file, made.cert, { mode: 0o600 });
  } catch (error) {
    throw fileError(error, "write the certificate", file);
  }
  const raw = new X509Certificate(made.cert).raw;
  const fingerprint = createHash("sha256").update(raw).digest("hex").toUpperCase().match(/../g)?.join(":") ?? "";
  return { key: made.private, cert: made.cert, fingerprint, file };
};
