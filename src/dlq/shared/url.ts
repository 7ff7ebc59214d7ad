import { HookproofError } from "../../errors.ts";

/** The fields that every queue address has. */
export interface QueueAddress {
  /** The URL without passwords, for display. */
  readonly name: string;
  /** Never shown: these are removed from a client's messages. */
  readonly passwords: readonly string[];
}

/** Parses a queue's URL. @throws HookproofError `usage` if the text isn't a valid one */
export const urlOf = (text: string): URL => {
  try {
    const url = new URL(text);
    if (!/^[a-z]+:\/\//i.test(text)) throw hostless();
    // An @ in the path or a fragment means that the password has an unescaped / or #.
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

/** The text may contain a password, so it is not repeated. */
const unreadable = (cause?: unknown): HookproofError =>
  new HookproofError("usage", "the queue URL is invalid", {
    ...(cause === undefined ? {} : { cause }),
    hint: "percent-encode / @ # ? % in passwords: %2F %40 %23 %3F %25",
  });

/** A URL's display name, and the passwords in it. */
export const safeName = (url: URL): QueueAddress => {
  const masked = new URL(url);
  masked.password = "";
  return { name: masked.href, passwords: passwordsOf(url) };
};

/** A URL's password, escaped and unescaped; empty if it has none. */
export const passwordsOf = (url: URL): readonly string[] =>
  url.password === "" ? [] : [url.password, decodeURIComponent(url.password)];

/** Removes hookproof's own parameters from a URL as they are read. Throws for parameters that neither list contains. */
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

/** The error for an unknown parameter. */
export const unknownParameter = (name: string, known: readonly string[]): HookproofError =>
  name.includes("@")
    ? unreadable()
    : new HookproofError("usage", `unknown parameter '${name}' in the queue URL`, {
        hint: `use ${known.join(", ")}`,
      });
