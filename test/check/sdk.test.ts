import { describe, expect, test } from "vitest";
import { defaultEventType } from "../../src/check/bodies.ts";
import { timeLimitMs } from "../../src/delivery/policy.ts";
import { signingScheme } from "../../src/signature/sign.ts";
import { Secret } from "../../src/values/secret.ts";
import { sdkReceivers } from "./receivers/sdk.ts";
import { adviceIds, checkTarget, failures } from "./support.ts";

describe("a receiver built with the vendor's package gives no alarm", () => {
  test.each(sdkReceivers.map((one) => [one.name, one] as const))("%s", async (_name, { profile, ...receiver }) => {
    const { url, close } = await receiver.start(receiver.secret);
    try {
      const secret = new Secret("test", receiver.secret);
      const report = await checkTarget({
        url,
        profile,
        scheme: signingScheme(profile, secret),
        secret,
        eventType: defaultEventType(profile),
        timeLimitMs: timeLimitMs(profile.delivery),
      });
      expect(failures(report)).toEqual([]);
      expect(adviceIds(report)).toEqual(receiver.advised ?? []);
      expect(report.passed).toBeGreaterThan(12);
    } finally {
      await close();
    }
  });
});
