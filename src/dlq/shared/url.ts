import { HookproofError } from "../../errors.ts";

/** What every queue's URL has. */
export interface QueueAddress {
  /** The URL without passwords, for people. */
  readonly name: string;
  /** Never shown: whatever a client says is searched for these. */
  readonly passwords: readonly string[];
}

/** A queue's URL. @throws HookproofError `usage` for text that is not one */
export const urlOf = (text: string): URL => {
  try {
    const url = new URL(text);
    if (!/^[a-z]+:\/\//i.test(text)) throw hostless();
    // Behind an @ in the path or a # stands the rest of a password with a / or # in it.
    if (url.hash !== "" || url.pathname.includes("@")) throw new URIError("not escaped");
    decodeURIComponent(url.username + url.password);
    return url;
  } catch (error) {
    throw error instanceof HookproofError ? error : unreadable(error);
  }
};

const hostless = (): HookproofError =>
  new HookproofError("usage", "the queue URL has no host", {
    hint: "write a scheme, // and a host: redis://localhost:6379, amqp://localhost, or http://localhost:4566 for an SQS-compatible server",
  });

/** The text may hold a password: it is not repeated. */
const unreadable = (cause?: unknown): HookproofError =>
  new HookproofError("usage", "the queue URL is invalid", {
    ...(cause === undefined ? {} : { cause }),
    hint: "percent-encode / @ # ? % in passwords: %2F %40 %23 %3F %25",
  });

/** A URL as it may be shown, and the passwords in it. */
export const safeName = (url: URL): QueueAddress => {
  const masked = new URL(url);
  masked.password = "";
  return { name: masked.href, passwords: passwordsOf(url) };
};

/** The password of a URL, escaped and not. */
export const passwordsOf = (url: URL): readonly string[] =>
  url.password === "" ? [] : [url.password, decodeURIComponent(url.password)];

/** Takes hookproof's own parameters out of a URL; any other that is not known is refused. */
export const parameterTaker = (url: URL, ours: readonly string[], others: readonly string[] = []) => {
  for (const name of url.searchParams.keys()) {
    if (!ours.includes(name) && !others.includes(name)) throw unknownParameter(name, [...ours, ...others]);
  }
  const values = new Map(ours.map((name) => [name, url.searchParams.get(name) ?? undefined]));
  return (name: string): string | undefined => {
    url.searchParams.delete(name);
    const value = values.get(name);
    return value === "" ? undefined : value;
  };
};

/** The error for a parameter that hookproof does not know. */
export const unknownParameter = (name: string, known: readonly string[]): HookproofError =>
  name.includes("@")
    ? unreadable()
    : new HookproofError("usage", `unknown parameter '${name}' in the queue URL`, {
        hint: `use ${known.join(", ")}`,
      });
