import { describe, expect, test } from "vitest";
import type { Choice } from "../choice.ts";
import { bodyDamages, headerDamages, secretDamages, timeDamages } from "./damages.ts";
import { diagnosed, parting, proved, told } from "./judging.ts";
import { joined, platforms } from "./platforms.ts";

const body = Buffer.from(
  '{"id":"evt_77","type":"order.paid","amount":4200,"customer":{"name":"Jörg Müßig","site":"https://shop.example/a?x=1&y=2"},"tags":["new","b2b"],"note":""}',
);
const each = platforms.map((one, at) => [one.name, one, at] as const);
/** Each accident to every sixteenth platform, or to all of them where time is no matter. */
const turns = 16;

/** Every accident alone, on every platform. */
export const singleAccidents = (choose: Choice): void => {
  describe.each(each)("a single accident to a request of %s is told", (_name, one, at) => {
    test.each(choose(bodyDamages, turns, at % turns).map((damage) => [damage.name, damage] as const))(
      "body: %s",
      (_damage, damage) => {
        const changed = damage.damage(body);
        const [sent, received] = damage.at === "signer" ? [changed, body] : [body, changed];
        const verdict = diagnosed(one, sent, received, { headers: damage.headers ?? [] });
        expect(told(verdict)).toEqual(proved([damage.code]));
        expect(verdict.findings[0]?.firstByte).toBe(parting(sent, received));
        expect(verdict.matchedSecret).toMatch(/^given\b/);
      },
    );

    test.each(
      choose(secretDamages, turns, at % turns)
        .filter(({ keyed }) => keyed.includes(one.keyed))
        .map((damage) => [damage.name, damage] as const),
    )("secret: %s", (_damage, damage) => {
      const departure = { signing: { key: joined(damage.key(one.secret)) }, given: damage.given(one.secret) };
      expect(told(diagnosed(one, body, body, departure))).toEqual(proved(damage.codes));
    });

    test.each(
      choose(
        headerDamages.filter(({ fits }) => fits?.(one) ?? true),
        2,
        at % 2,
      ).map((damage) => [damage.name, damage] as const),
    )("signature: %s", (_damage, damage) => {
      expect(told(diagnosed(one, body, body, { signing: damage.signing(one) }))).toEqual(proved([damage.code]));
    });
  });

  describe.each(each.filter(([, { clock }]) => clock !== "none"))("a timestamp of %s is told", (_name, one, at) => {
    const fitting = timeDamages.filter(({ fits }) => fits?.(one) ?? true);
    test.each(choose(fitting, fitting.length, at % fitting.length).map((damage) => [damage.name, damage] as const))(
      "%s",
      (_damage, damage) => {
        expect(told(diagnosed(one, body, body, damage.departure(one))).codes).toEqual(damage.codes);
      },
    );
  });

  describe("a secret of somebody else", () => {
    test.each(each)("that is known is named: %s", (_name, one) => {
      if (one.keyed === "ed25519") return;
      const departure = { given: "whsec_c29tZXRoaW5nIGVsc2UgMTIzNDU2", others: { "store:other": one.secret } };
      const verdict = diagnosed(one, body, body, departure);
      expect(told(verdict)).toEqual(proved(["secret-other"]));
      expect(verdict.matchedSecret).toMatch(/^store:other\b/);
    });
  });
};
