import { generate } from "selfsigned";

export interface Pem {
  readonly key: string;
  readonly cert: string;
}

/** A self-signed certificate for a host name: a server's, or a client's that is its own authority. */
export const certificateFor = async (name: string): Promise<Pem> => {
  const made = await generate([{ name: "commonName", value: name }], {
    algorithm: "sha256",
    keyType: "ec",
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", digitalSignature: true, keyCertSign: true, critical: true },
      { name: "subjectAltName", altNames: [{ type: 2, value: name }] },
    ],
  });
  return { key: made.private, cert: made.cert };
};
