import { bodyLimitCode } from "./stacks.ts";

/** Fixes for problems that aren't specific to one case. */
export const problemFix = {
  slow: "The platform gives up before this response. Verify, queue, respond with 2xx, and do the work later.",
  unreached:
    "Nothing was reached: is the receiver running, and are host, port and scheme correct? `hookproof doctor` shows more.",
  untrusted: "Platforms refuse an untrusted certificate too. For a test certificate add --cacert FILE, or -k.",
  noAnswer: "The connection ended without a response: look for a crash of the handler in the receiver's log.",
  redirect: "Platforms do not follow redirects: register the final URL (scheme, host, trailing slash).",
  large: `The body exceeds the parser's limit:\n${bodyLimitCode}`,
  crash: "The handler failed: check the receiver's log.",
  down: "Catch everything the handler throws, also in callbacks and promises (an unhandled rejection ends Node.js), and respond with an error. The receiver's log has the exception.",
  restarts:
    "It verifies first and recovers, and no platform sends this, so only someone with the secret can bring it down. But deliveries are lost until it is up again. Catch what the handler throws while it parses (with discord-interactions: put express.raw({ type: '*/*' }) before verifyKeyMiddleware, and an error handler after it).",
  rejectByCrash:
    "Reject with 401. A 5xx, a timeout or a dropped connection means `try again`: the platform would deliver the forgery until its attempts run out. Common causes: a comparison that throws, a signature that cannot be decoded, or an error handler that turns every exception into a 500.",
  rejectByRedirect:
    "Reject with 401: a redirect (for example to a login page) neither accepts nor rejects the delivery.",
  rejectByRetryable: (final: string): string =>
    `Reject with ${final}: this status means \`try again\`, so the platform would deliver the forgery until its attempts run out.`,
} as const;
