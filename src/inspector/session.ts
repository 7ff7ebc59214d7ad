import { createHmac } from "node:crypto";
import { crossSiteRefusal } from "../http/control.ts";
import { headerValue, headerValues } from "../request/request.ts";
import type { WebhookRequest } from "../request/request.ts";
import { constantTimeEqual } from "../values/constant-time-equal.ts";

/** How long a session lasts. */
const lifeMs = 7 * 24 * 60 * 60 * 1000;

interface SessionOptions {
  /** Part of the printed URL; valid for this run only. */
  readonly token: string;
  /** Signs the cookie. Kept across runs, so that an open page continues after a restart. */
  readonly key: Buffer;
  readonly now: () => number;
}

/**
 * Controls access to the API: the token of the printed URL is exchanged for a cookie that scripts can't read and other
 * sites can't send.
 */
export class Sessions {
  readonly #options: SessionOptions;
  /** Set once the server listens. */
  port = 0;
  /** Unused one-time tokens. */
  readonly #oneTimeTokens = new Set<string>();

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /** The cookie for a token; undefined where the token is wrong. */
  begin(token: string): string | undefined {
    const { now, token: own } = this.#options;
    if (!this.#oneTimeTokens.delete(token) && !constantTimeEqual(Buffer.from(token), Buffer.from(own)))
      return undefined;
    const began = now().toString(36);
    const age = Math.floor(lifeMs / 1000);
    return `${this.#name}=${began}.${this.#mac(began)}; Path=/api; HttpOnly; SameSite=Strict; Max-Age=${age}`;
  }

  /** Accepts a token once, because the command line it is passed on may be visible to other users. */
  addOneTimeToken(token: string): void {
    this.#oneTimeTokens.add(token);
  }

  /** Whether a request has a valid, unexpired session cookie. */
  isSignedIn({ headers }: Pick<WebhookRequest, "headers">): boolean {
    const cookies = headerValues(headers, "cookie").flatMap((value) => value.split(";"));
    return cookies.some((cookie) => {
      const [name, value = ""] = cookie.trim().split("=", 2);
      const [began = "", mac = ""] = value.split(".", 2);
      if (name !== this.#name || !constantTimeEqual(Buffer.from(mac), Buffer.from(this.#mac(began)))) return false;
      const age = this.#options.now() - Number.parseInt(began, 36);
      return age >= 0 && age < lifeMs;
    });
  }

  /** Whether to refuse a request because its Host is not a loopback name with our port (DNS rebinding). */
  refusesHost({ headers }: Pick<WebhookRequest, "headers">): boolean {
    const host = headerValue(headers, "host")?.toLowerCase();
    return !["localhost", "127.0.0.1", "[::1]"].some((name) => host === `${name}:${this.port}`);
  }

  /** Whether a page of another site may have made the browser send this request. */
  refusesOrigin(request: Pick<WebhookRequest, "headers">): boolean {
    const host = headerValue(request.headers, "host")?.toLowerCase() ?? "";
    const origins = headerValues(request.headers, "origin");
    return origins.some((origin) => origin !== `http://${host}`) || crossSiteRefusal(request, []) !== undefined;
  }

  /** Cookies are shared by all ports of a host, so the name includes the port. */
  get #name(): string {
    return `hookproof-${this.port}`;
  }

  #mac(began: string): string {
    return createHmac("sha256", this.#options.key).update(`inspector ${this.port} ${began}`).digest("base64url");
  }
}
