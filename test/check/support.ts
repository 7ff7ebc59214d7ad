import { randomBytes, randomUUID } from "node:crypto";
import { runChecks } from "../../src/check/runner.ts";
import { defaultEventType } from "../../src/check/bodies.ts";
import type { CaseId, CheckReport, Target } from "../../src/check/types.ts";
import { timeLimitMs } from "../../src/delivery/policy.ts";
import { findProfile } from "../../src/providers/index.ts";
import { signingScheme } from "../../src/signature/sign.ts";
import { Secret } from "../../src/values/secret.ts";
import type { ReceiverScheme } from "./receivers/schemes.ts";

export interface CheckOptions extends Partial<Target> {
  readonly only?: readonly CaseId[];
  readonly skip?: readonly CaseId[];
  readonly signal?: AbortSignal;
}

/** Runs the battery against a URL as the command would. */
export const checkUrl = (url: string, scheme: ReceiverScheme, options: CheckOptions = {}): Promise<CheckReport> => {
  const profile = findProfile(scheme.provider);
  const secret = new Secret("test", scheme.secret);
  return checkTarget({
    url,
    profile,
    scheme: signingScheme(profile, secret),
    secret,
    eventType: defaultEventType(profile),
    timeLimitMs: timeLimitMs(profile.delivery),
    ...options,
  });
};

type Needed = "url" | "profile" | "scheme" | "secret" | "eventType" | "timeLimitMs";

/** The same for any profile. */
export const checkTarget = ({
  only = [],
  skip = [],
  signal = new AbortController().signal,
  ...given
}: CheckOptions & Pick<Target, Needed>): Promise<CheckReport> =>
  runChecks(
    {
      rotated: [],
      extra: [],
      isSchemeChosen: false,
      restartMs: 5000,
      connection: {},
      effects: undefined,
      ...given,
    },
    { only, skip },
    { now: () => Date.now(), randomBytes, uuid: randomUUID, signal },
  );

export const failedIds = (report: CheckReport): readonly CaseId[] =>
  report.cases.filter(({ status }) => status === "fail").map(({ id }) => id);

export const adviceIds = (report: CheckReport): readonly CaseId[] =>
  report.cases.filter(({ status }) => status === "advice").map(({ id }) => id);

/** The failed cases with what was seen: for messages that say what went wrong. */
export const failures = (report: CheckReport): readonly string[] =>
  report.cases.filter(({ status }) => status === "fail").map(({ id, observed }) => `${id}: ${observed}`);
