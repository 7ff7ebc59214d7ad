/** The `--secret` options of a suggested command: references as given, but never a literal secret. */
export const secretWords = (refs: readonly string[]): readonly string[] =>
  refs.flatMap((ref) => (/^(?:env|file|store):/.test(ref) ? ["--secret", ref] : []));

interface SchemeInput {
  readonly scheme: string | undefined;
  readonly signatureHeader: string | undefined;
  readonly signatureForm: string | undefined;
}

/** The options of a suggested command that choose the signature's scheme, header and format. */
export const schemeWords = (input: SchemeInput): readonly string[] => [
  ...(input.scheme === undefined ? [] : ["--scheme", input.scheme]),
  ...(input.signatureHeader === undefined ? [] : ["--signature-header", input.signatureHeader]),
  ...(input.signatureForm === undefined ? [] : ["--signature-form", input.signatureForm]),
];

/** Whether a receiver may have responded with this status because it rejects the signature. */
export const mayRejectSignature = (status: number | null | undefined): boolean =>
  status === 400 || status === 401 || status === 403;
