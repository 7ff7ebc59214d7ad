// Where a platform publishes its signing keys. A certificate's URL often comes from the request itself, and so possibly
// from a forger: only the profile's host rules keep out the forger's key.

/** Keys at a URL given in the profile. */
interface FixedSource {
  /** `{kid}` is replaced by the key id that the signature names. */
  readonly url: string;
}

/** Keys at a URL given in the request. */
interface NamedSource {
  /** Host names; `*` matches letters and digits, but no dot or dash, so never more than one label. */
  readonly hosts: readonly string[];
  /** How the path must begin and end. */
  readonly path?: { readonly begins?: string; readonly ends?: string };
}

export type KeySource = FixedSource | NamedSource;

/** A URL that may be fetched, or why it may not. */
export type AllowedUrl = { readonly url: URL } | { readonly refused: string };

/** Longer than any platform's URL. */
const maxUrl = 1000;

/**
 * The URL to fetch a key from.
 * @param named what the request names: the URL, or for a fixed source the key's id
 */
export const keyUrl = (source: KeySource, named: string | undefined): AllowedUrl =>
  "url" in source ? fixedUrl(source.url, named) : namedUrl(source, named);

const fixedUrl = (template: string, kid: string | undefined): AllowedUrl => {
  if (!template.includes("{kid}")) return { url: new URL(template) };
  if (kid === undefined) return { refused: "the signature does not name its key (kid)" };
  // The id comes from the request, so it must not be able to change the path.
  if (kid.length > 128 || !/^[A-Za-z0-9_~-][A-Za-z0-9._~-]*$/.test(kid))
    return { refused: "the id of the key (kid) cannot be used in a URL" };
  return { url: new URL(template.replaceAll("{kid}", kid)) };
};

const namedUrl = ({ hosts, path = {} }: NamedSource, text: string | undefined): AllowedUrl => {
  if (text === undefined || text === "") return { refused: "the request does not say where the certificate is" };
  const excerpt = text.length > 120 ? `${text.slice(0, 120)}…` : text;
  const refused = (why: string): AllowedUrl => ({ refused: `the certificate's URL ${excerpt} ${why}` });
  if (text.length > maxUrl) return refused("is too long");
  // Reject whatever URL() would normalize: other parsers may read it differently.
  if (!/^https:\/\/[A-Za-z0-9.-]+(?::443)?\/[A-Za-z0-9._~/-]*$/.test(text))
    return refused(text.startsWith("https://") ? "is not a plain https:// URL" : "does not begin with https://");
  const url = new URL(text);
  const isAllowed = hosts.some((pattern) => hostMatches(url.hostname, pattern));
  if (!isAllowed) return refused(`is on a host that is not the platform's: ${hosts.join(", ")}`);
  if (!url.pathname.startsWith(path.begins ?? "/") || !url.pathname.endsWith(path.ends ?? ""))
    return refused(`is not where the platform keeps certificates: ${path.begins ?? "/"}…${path.ends ?? ""}`);
  // Look for dot segments in the original text, because URL() resolves them.
  return text.includes("/.") || url.pathname.includes("//") ? refused("has a path that points elsewhere") : { url };
};

/**
 * Whether a host matches a pattern, label by label, so that neither `evil-x.com` nor `x.com.evil.com` matches `x.com`.
 */
export const hostMatches = (host: string, pattern: string): boolean => {
  const labels = host.toLowerCase().split(".");
  const due = pattern.toLowerCase().split(".");
  return labels.length === due.length && due.every((one, at) => labelMatches(labels[at] ?? "", one));
};

/** Matches each part between dashes: `us-*-*` matches `us-east-1`, but not `s3-us-west-2`, which serves buckets. */
const labelMatches = (label: string, pattern: string): boolean => {
  const words = label.split("-");
  const due = pattern.split("-");
  return words.length === due.length && due.every((one, at) => one === words[at] || (one === "*" && isWord(words[at])));
};

const isWord = (text: string | undefined): boolean => text !== undefined && /^[a-z0-9]+$/.test(text);
