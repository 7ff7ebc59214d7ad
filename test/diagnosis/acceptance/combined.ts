import { describe, expect, test } from "vitest";
import type { Choice } from "../choice.ts";
import { bodyDamages, headerDamages, secretDamages } from "./damages.ts";
import { odd, parse } from "./documents.ts";
import { diagnosed, proved, told, turn } from "./judging.ts";
import { joined, platforms } from "./platforms.ts";
import { differences, stacks } from "./stacks.ts";

const doc = parse(odd["order with a slash, an umlaut and an amount"] ?? "");
const common = [
  "JSON.stringify 2",
  "JSON.stringify tab",
  "json.dumps",
  "json.dumps ensure_ascii=False",
  "json.dumps indent=4",
  "json_encode",
  "json_encode PRETTY_PRINT",
  "Go json.MarshalIndent",
  "Gson pretty",
  "System.Text.Json",
  "Jackson pretty",
];
const compact = stacks[0]?.write(doc) ?? "";
const writings = common.flatMap((name) => {
  const text = stacks.find((one) => one.name === name)?.write(doc) ?? "";
  return [
    { name: `${name} came compact`, sent: text, came: compact },
    { name: `compact came as ${name}`, sent: compact, came: text },
  ];
});

const chosen = ["10x", "stripe", "hubspot v3", "standard-webhooks", "agentflow", "shopify", "slack"].flatMap((name) =>
  platforms.filter((one) => one.name === name),
);
const keyed = chosen.filter((one) => one.keyed === "text");

/** What comes after a rewriting on the way and can be undone before it; a print of what was parsed has lost the rewriting. */
const later = bodyDamages.filter(
  ({ at: place, name }) =>
    place === "receiver" && !/base64|JSON string|form|percent|decomposed|around|printed/.test(name),
);
const standsBefore = (code: string): boolean => !["body-whitespace", "body-bom"].includes(code);

/** Two and three accidents at once. */
export const combinedAccidents = (choose: Choice): void => {
  describe("a rewriting and another accident to the body are told in the order of undoing", () => {
    const cases = writings.flatMap((writing) =>
      later
        // Text in ASCII is the same in every charset.
        .filter(({ damage }) => !damage(Buffer.from(writing.came)).equals(Buffer.from(writing.came)))
        .map((damage) => ({ writing, damage })),
    );
    test.each(
      choose(cases, 89).map(
        (one, index) => [`${one.writing.name}, ${one.damage.name}`, one, turn(chosen, index)] as const,
      ),
    )("%s", (_name, { writing, damage }, platform) => {
      const received = damage.damage(Buffer.from(writing.came));
      const rewritten = differences(writing.sent, writing.came);
      const expected = standsBefore(damage.code) ? [damage.code, ...rewritten] : [...rewritten, damage.code];
      const verdict = diagnosed(platform, Buffer.from(writing.sent), received, { headers: damage.headers ?? [] });
      expect(told(verdict)).toEqual(proved(expected));
    });
  });

  describe("a secret that is read wrongly and a changed body are told together", () => {
    const mistaken = secretDamages.filter(({ codes, keyed: forms }) => codes.length === 1 && forms.includes("text"));
    const cases = mistaken.flatMap((secret) => writings.map((writing) => ({ secret, writing })));
    test.each(
      choose(cases, 37).map(
        (one, index) => [`${one.secret.name}, ${one.writing.name}`, one, turn(keyed, index)] as const,
      ),
    )("%s", (_name, { secret, writing }, platform) => {
      const departure = { signing: { key: joined(secret.key(platform.secret)) }, given: secret.given(platform.secret) };
      const verdict = diagnosed(platform, Buffer.from(writing.sent), Buffer.from(writing.came), departure);
      expect(told(verdict)).toEqual(proved([...secret.codes, ...differences(writing.sent, writing.came)]));
    });
  });

  describe("a signature in another form and a changed body are told together", () => {
    const cases = headerDamages
      .filter(({ code }) => code !== "signature-missing")
      .flatMap((header) => writings.slice(0, 8).map((writing) => ({ header, writing })));
    test.each(
      choose(cases, 11).flatMap((one, index) => {
        const platform = turn(chosen, index);
        return (one.header.fits?.(platform) ?? true)
          ? [[`${one.header.name}, ${one.writing.name}`, one, platform] as const]
          : [];
      }),
    )("%s", (_name, { header, writing }, platform) => {
      const departure = { signing: header.signing(platform) };
      const verdict = diagnosed(platform, Buffer.from(writing.sent), Buffer.from(writing.came), departure);
      expect(told(verdict)).toEqual(proved([header.code, ...differences(writing.sent, writing.came)]));
    });
  });

  describe("three accidents at once are told", () => {
    const likely = writings.filter(({ name }) => /stringify 2|json.dumps came|json_encode came/.test(name));
    const cases = likely.flatMap((writing) =>
      ["\n", "\r\n", "\ufeff"].flatMap((end) => [`"`, "\n"].map((around) => ({ writing, end, around }))),
    );
    test.each(
      choose(cases, 7).map(
        (one, index) =>
          [`${one.writing.name}, ${JSON.stringify([one.end, one.around])}`, one, turn(keyed, index)] as const,
      ),
    )("%s", (_name, { writing, end, around }, platform) => {
      const isMark = end === "\ufeff";
      const received = isMark ? joined(end, writing.came) : joined(writing.came, end);
      const given = around === "\n" ? platform.secret + around : around + platform.secret + around;
      const verdict = diagnosed(platform, Buffer.from(writing.sent), received, { given });
      expect(told(verdict)).toEqual(
        proved([
          around === "\n" ? "secret-whitespace" : "secret-encoding",
          ...differences(writing.sent, writing.came),
          isMark ? "body-bom" : "body-whitespace",
        ]),
      );
    });
  });
};
