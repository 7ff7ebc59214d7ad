import { HookproofError } from "../errors.ts";
import { maskedUrl } from "./masked-url.ts";

/** An endpoint as typed by a user, parsed. */
export interface Endpoint {
  /** The URL without user and password, which would otherwise end up in logs and queues. */
  readonly url: string;
  /** `user:password`, decoded, if the URL has them. */
  readonly user: string | undefined;
}

/**
 * Parses an endpoint as typed by a user: `3000`, `3000/hooks`, `localhost:3000/hooks` or a URL, with or without user
 * and password.
 * @throws HookproofError `usage`
 */
export const endpointWithUser = (given: string): Endpoint => {
  const text = given.trim();
  // A number alone would be read as an IPv4 address: 3000 as 0.0.11.184.
  const full = /^\d+(?:[/?#\\]|$)/.test(text)
    ? `http://localhost:${text}`
    : /^[a-z][a-z0-9+.-]*:\/\//i.test(text)
      ? text
      : `http://${text}`;
  const url = isPlain.test(full) && !misread.test(full) && URL.canParse(full) ? new URL(full) : undefined;
  if (url === undefined || isThisNetwork.test(url.hostname)) {
    throw new HookproofError("usage", `'${maskedUrl(given)}' is not an http or https URL`, {
      hint:
        tooHighPort.test(full) && !misread.test(full)
          ? "a port is a number from 1 to 65535"
          : "write https://example.com/hooks or localhost:3000/hooks",
    });
  }
  if (url.username === "" && url.password === "") return { url: full, user: undefined };
  const user = `${decoded(url.username)}:${decoded(url.password)}`;
  // The URL as typed, without user and password, which end at the last @ before the path.
  return { url: full.replace(/^([a-z]+:\/\/)[^/?#\\]*@/i, "$1"), user };
};

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    // A literal % that isn't an escape.
    return text;
  }
};

/** An http URL with a host on one line. In `/hooks` and `http:///hooks`, `URL` takes the path's first name for the host. */
const isPlain = /^https?:\/\/[^/?#\\\t\r\n][^\t\r\n]*$/i;

/** `http:3000` and `https:/example.com`, where "http" would become the host. */
const misread = /^http:\/\/https?:(?:[/\\]|\d)/i;

/** 0.0.0.1 to 0.0.255.255, at which no host is: a port that stands alone in another form, such as `3000:`. */
const isThisNetwork = /^0\.0\.(?!0\.0$)\d+\.\d+$/;

/** A URL that is invalid only because of its port. */
const tooHighPort = /^https?:\/\/[^/?#@\s:]+:\d+(?:[/?#]|$)/i;
