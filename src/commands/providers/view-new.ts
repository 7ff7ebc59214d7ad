import { pluralize } from "../../values/count.ts";
import type { Infer } from "../../values/infer.ts";
import type { Paint } from "../../cli/paint.ts";
import type { providersNewOutput } from "./schema.ts";
import { formatJson } from "../../storage/config-edit.ts";
import { withHangingIndent } from "./view.ts";

type NewData = Infer<typeof providersNewOutput>;

/** What was found and where it was written; with `--print`, only the profile. */
export const newView = (data: NewData, paint: Paint): string => {
  const { id, path, profile, signature, secret, requests, tried, places, notes } = data;
  if (profile === null)
    return [
      paint`${paint.bad(paint.mark.no)} no scheme found: ${pluralize(tried, "way")} of signing tried, nothing was written`,
      row("looked at", places.length === 0 ? "no value that could be a signature" : places.join(", "), paint),
      ...notes.map((note) => row("diagnosis", note, paint)),
      row("next", places.length === 0 ? nextWithoutValue : nextWithoutScheme, paint),
    ].join("\n");
  if (path === null) return formatJson(profile, "  ");
  const type = profile.envelope?.type?.[0];
  const event = profile.envelope?.id?.[0];
  return [
    withHangingIndent(paint.markSafe(paint`${paint.good(paint.mark.yes)} ${id}  `), 2, signature ?? "", paint),
    ...(secret === null ? [] : [row("secret", secret, paint)]),
    ...(event === undefined ? [] : [row("event id", placeText(event), paint)]),
    ...(type === undefined ? [] : [row("event type", placeText(type), paint)]),
    ...(requests === 0
      ? []
      : [
          row(
            "proved",
            `${pluralize(requests, "request verifies", "requests verify")}, and signing gives the same signature; ${pluralize(tried, "way")} tried`,
            paint,
          ),
        ]),
    row(data.replaced ? "replaced in" : "written to", path, paint),
    ...notes.map((note) => row("note", note, paint)),
  ].join("\n");
};

const nextWithoutValue =
  "capture a delivery with all its headers (`hookproof listen`): the signature is in one of them";
const nextWithoutScheme =
  "make sure that the secret is the one shown for this endpoint, and that the body is as it was received (`hookproof listen` captures every byte). If the sender signs the URL, give its public URL with --url. If its documentation describes the signature, `hookproof providers new` without --from asks for it.";

const row = (name: string, text: string, paint: Paint): string =>
  withHangingIndent(paint.markSafe(paint`  ${paint.dim(name.padEnd(11))} `), 14, text, paint);

const placeText = (place: object): string =>
  Object.entries(place)
    .map(([kind, name]) => `${kind === "header" ? "header" : "body"} ${String(name)}`)
    .slice(0, 1)
    .join("");
