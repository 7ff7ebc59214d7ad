import { bodyLimitCode } from "./stacks.ts";

/** What to change where the answer is wrong in a way that is not the case's own. */
export const problemFix = {
  slow: "The platform gives up before this answer. Verify, queue, answer 2xx, and do the work afterwards.",
  unreached:
    "Nothing was reached: is the receiver running, and are host, port and scheme right? `hookproof doctor` tells more.",
  untrusted:
    "Platforms refuse a certificate that they cannot trust, too. For one made for tests add --cacert FILE, or -k.",
  noAnswer: "The connection ended without an answer: look for a crash of the handler in the receiver's log.",
  redirect: "Platforms do not follow redirects: register the final URL (scheme, host, trailing slash).",
  large: `The body is over the parser's limit:\n${bodyLimitCode}`,
  crash: "The handler failed: look into the receiver's log.",
  rejectByCrash:
    "Refuse with 401. A 5xx, a time-out or a dropped connection says `try again`: the platform would deliver the forgery until its attempts run out. Often a comparison that throws, an undecodable signature or an error handler that makes every exception a 500.",
  rejectByRedirect: "Refuse with 401: a redirect (to a login page, say) is neither yes nor no.",
  rejectByRetryable: (final: string): string =>
    `Refuse with ${final}: this status says \`try again\`, and the platform would deliver the forgery until its attempts run out.`,
} as const;
