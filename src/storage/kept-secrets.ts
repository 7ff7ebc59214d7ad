import * as z from "zod";

// A separate module, loaded only if there is a secrets file to read. `await import("zod")` directly would bundle all of
// zod with its sixty languages, because the bundler can't see which parts are used.

const schema = z.record(z.string(), z.object({ base64: z.base64(), setAt: z.string().exactOptional() }));

/** The content of the secrets file, by secret name. */
export type KeptSecrets = Readonly<z.infer<typeof schema>>;

/**
 * Parses the text of a secrets file.
 * @throws SyntaxError for anything but kept secrets
 */
export const readKeptSecrets = (text: string): KeptSecrets => {
  const checked = schema.safeParse(JSON.parse(text));
  if (checked.success) return checked.data;
  throw new SyntaxError(z.prettifyError(checked.error));
};
