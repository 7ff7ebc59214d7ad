import { encodeBytes } from "../request/request.ts";
import type { EncodedBytes } from "../request/request.ts";
import { digestOf } from "./recent.ts";

/** What the listener makes of a body before the answer. */
export interface BodyForms {
  readonly digest: string;
  readonly encoded: EncodedBytes;
  /** `encoded.data` as JSON text. */
  readonly json: string;
}

/** Larger bodies are not kept for the next request. */
const remembered = 64 * 1024;

/** Makes the forms of a body; the last one's are kept, for retries and bursts send the same bytes again. */
export const bodyReader = (): ((body: Buffer) => BodyForms) => {
  let last: { readonly body: Buffer; readonly forms: BodyForms } | undefined;
  return (body) => {
    if (last?.body.equals(body) === true) return last.forms;
    const encoded = encodeBytes(body);
    // Base64 has no character that JSON would escape.
    const json = encoded.encoding === "base64" ? `"${encoded.data}"` : JSON.stringify(encoded.data);
    const forms = { digest: digestOf(body), encoded, json };
    if (body.length <= remembered) last = { body, forms };
    return forms;
  };
};
