import { unescapedEntities } from "../../values/entities.ts";
import { change } from "../types.ts";
import type { Body, BodyChange, Transform } from "../types.ts";

const maxText = 1024 * 1024;
/** Replacing entities costs as much as hashing the text this many times. */
const readFactor = 20;

/** Decodes HTML entities for quotes, brackets and ampersands, as written by templates and XSS filters. */
export const entities: Transform = {
  family: "entities",
  layer: 1,
  *changes({ text, affords }: Body): Iterable<BodyChange> {
    if (text === undefined || text.length > maxText || !text.includes("&") || !affords(text.length * readFactor))
      return;
    const once = unescapedEntities(text);
    if (once === text) return;
    const places = text.match(/&(?:#\w{1,7}|\w{2,6});/g)?.length ?? 1;
    const step = (done: string) =>
      ({
        code: "body-escapes",
        done,
        places,
        culprit:
          "a template that escapes the values it inserts ({{ body }}), htmlspecialchars(), a filter against cross-site scripting or a copy from a page's source",
        fix: "Do not HTML-escape the body (Jinja and Twig: | raw or | safe; PHP: no htmlspecialchars()), and verify the raw bytes.",
      }) as const;
    yield change(2, step("its HTML entities are decoded"), () => Buffer.from(once));
    const twice = unescapedEntities(once);
    if (twice !== once) yield change(3, step("its HTML entities are decoded twice"), () => Buffer.from(twice));
  },
};
