import { X509Certificate } from "node:crypto";
import { createSecureContext, rootCertificates } from "node:tls"; // Checks the files once, before anything is sent.
import type { SecureContext } from "node:tls";
import { HookproofError } from "../errors.ts";

/** A client certificate and its key, both PEM. */
export interface ClientCertificate {
  readonly cert: Buffer;
  readonly key: Buffer;
}

export interface TrustOptions {
  /** PEM certificates to trust besides the system's. */
  readonly caCert?: Buffer;
  /** Presented to servers that ask for a client certificate. */
  readonly clientCert?: ClientCertificate;
}

/**
 * The TLS context with the certificates to trust and to present; undefined for Node's defaults. Create it only once:
 * reading the root certificates takes longer than a handshake.
 * @throws HookproofError `input-malformed` if a file contains no certificate or key, or they don't match
 */
export const secureContextFor = ({ caCert, clientCert }: TrustOptions): SecureContext | undefined => {
  if (caCert === undefined && clientCert === undefined) return undefined;
  if (caCert !== undefined) mustHoldCertificate(caCert, "the file to trust");
  if (clientCert !== undefined) mustHoldCertificate(clientCert.cert, "the client certificate's file");
  try {
    return createSecureContext({
      ...(caCert === undefined ? {} : { ca: [...rootCertificates, caCert.toString("latin1")] }),
      ...clientCert,
    });
  } catch (error) {
    throw new HookproofError("input-malformed", `the client certificate cannot be used: ${reasonOf(error)}`, {
      hint: "pass a PEM certificate with --cert, and its private key without a passphrase with --key",
      cause: error,
    });
  }
};

const mustHoldCertificate = (file: Buffer, what: string): void => {
  try {
    new X509Certificate(file);
  } catch (error) {
    throw new HookproofError("input-malformed", `${what} contains no PEM certificate`, { cause: error });
  }
};

const reasonOf = (error: unknown): string => {
  const text = error instanceof Error ? error.message : String(error);
  if (/mismatch/i.test(text)) return "the certificate and key do not match";
  if (/interrupted or cancelled|bad decrypt|bad password|empty password/i.test(text)) return "its key has a passphrase";
  return /no start line|unsupported|DECODER/i.test(text) ? "its key is not a PEM private key" : text;
};
