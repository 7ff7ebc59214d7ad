import type { Verdict } from "../signature/verdict.ts";
import type { ForwardEvent } from "./events.ts";

/** What an application did that returned a 2xx to a request that does not verify with the given secrets; undefined if none did. */
export const acceptedInvalid = (
  verdict: Pick<Verdict, "valid" | "cause"> | undefined,
  forwards: readonly Pick<ForwardEvent, "status" | "error">[],
): string | undefined => {
  if (verdict?.valid !== false) return undefined;
  const status = forwards.map(({ status, error }) => (error === null ? status : null)).find(isSuccess);
  if (status === undefined) return undefined;
  return verdict.cause === "signature-missing"
    ? `the application accepted a request without the platform's signature: it returned ${status}`
    : `the application accepted an invalid signature: it returned ${status} to a request that does not verify with the given secrets`;
};

const isSuccess = (status: number | null): status is number => status !== null && status >= 200 && status < 300;
