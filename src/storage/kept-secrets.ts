import * as z from "zod";

// A file of its own, loaded when there is a file of secrets to read. `await import("zod")` itself would
// bundle all of zod with its sixty languages: the bundler cannot see what is used of it.

const schema = z.record(z.string(), z.object({ base64: z.base64(), setAt: z.string().exactOptional() }));

/** The file of kept secrets: what stands under each name. */
export type KeptSecrets = Readonly<z.infer<typeof schema>>;

/**
 * Reads the text of a file of secrets.
 * @throws SyntaxError for anything but kept secrets
 */
export const readKeptSecrets = (text: string): KeptSecrets => {
  const checked = schema.safeParse(JSON.parse(text));
  if (checked.success) return checked.data;
  throw new SyntaxError(z.prettifyError(checked.error));
};
