import { createHash } from "node:crypto";
import { inspect } from "node:util";

/**
 * A secret that cannot be printed by accident: as text, in JSON and with `util.inspect` it shows only its name and
 * fingerprint.
 */
export class Secret {
  /** `env:WEBHOOK_SECRET`, `store:acme`, `file:secret.txt`, or `--secret` for a literal one. */
  readonly name: string;
  readonly #bytes: Buffer;
  #fingerprint: string | undefined;

  constructor(name: string, bytes: Buffer | string) {
    this.name = name;
    this.#bytes = typeof bytes === "string" ? Buffer.from(bytes, "utf8") : bytes;
  }

  /** The first 8 hex digits of the SHA-256 of its bytes. */
  get fingerprint(): string {
    return (this.#fingerprint ??= createHash("sha256").update(this.#bytes).digest("hex").slice(0, 8));
  }

  /** The secret itself, for computing; never show it. */
  reveal(): Buffer {
    return this.#bytes;
  }

  /** The text to show: name and fingerprint. */
  get label(): string {
    return `${this.name} (fingerprint ${this.fingerprint})`;
  }

  toString(): string {
    return this.label;
  }

  toJSON(): string {
    return this.label;
  }

  [inspect.custom](): string {
    return this.label;
  }
}
