import { encodeBytes } from "../../request/request.ts";
import type { WebhookRequest } from "../../request/request.ts";
import { buildRequest } from "../../signature/build-request.ts";
import { HookproofError } from "../../errors.ts";
import type { Secret } from "../../values/secret.ts";
import { command } from "../../cli/command.ts";
import type { Context } from "../../cli/context.ts";
import { Exit } from "../../cli/exit.ts";
import { flag, grouped, option, optionalArgument, optionOr } from "../../cli/inputs.ts";
import { maskedUrl } from "../../values/masked-url.ts";
import { shared } from "../shared/inputs.ts";
import { noteOwnKey, privateKeyFor, signingInputs } from "../shared/keys.ts";
import { instant, wholeNumber } from "../../cli/value-parsers.ts";
import type { Infer } from "../../values/infer.ts";
import type { signOutput } from "./schema.ts";
import { payloadFor, refuseTwoBodies, withEvent } from "../shared/payload.ts";
import { profileFor } from "../shared/profile-input.ts";

/** Prints the secret's label, never the secret. */
type SignData = Omit<Infer<typeof signOutput>, "secret"> & { readonly secret: Secret };

/** `hookproof sign`: prints the headers that a platform would send with this payload. */
export default command({
  summary: "Sign a payload and print the headers",
  details: "The payload is signed byte for byte as read. Prints one header per line, ready for `curl -H @-`.",
  inputs: {
    payload: optionalArgument("[payload]", "file with the body, - for standard input"),
    ...signingInputs,
    event: shared.event,
    set: shared.set,
    data: shared.data,
    ...grouped("Payload and headers", {
      timestamp: option(
        "--timestamp <time>",
        "sign with this time instead of now (ISO 8601, epoch seconds or an age such as 2h)",
        instant,
      ),
      attempt: optionOr("--attempt <n>", "which delivery attempt this is", 1, wholeNumber(1, 1000)),
    }),
    url: shared.url,
    method: shared.method,
    ...grouped("Output", {
      curl: flag("--curl", "print a runnable curl command instead"),
    }),
  },
  examples: [
    "hookproof sign payload.json -p 10x --secret env:WEBHOOK_SECRET",
    "hookproof sign -p stripe --event payment_intent.succeeded --secret store:stripe --curl --url https://localhost:3000/hooks",
    "hookproof sign payload.json -p github --event push --secret env:S | curl -H @- --data-binary @payload.json http://localhost:3000/hooks",
  ],
  async run(context, input) {
    refuseTwoBodies(input);
    const profile = await profileFor(context, input);
    const [secret, ...rotated] = await context.needSecrets(input.secret, profile);
    const payload = await payloadFor(context, profile, await withEvent(context, profile, input));
    const at = input.timestamp ?? context.now();
    const url = input.url ?? (await configuredEndpoint(context));
    const { request, signed } = buildRequest({
      profile,
      secret,
      key: await privateKeyFor(context, input.privateKey),
      rotated,
      ...payload,
      ...(url === undefined ? {} : { url }),
      attempt: input.attempt - 1,
      at,
      uuid: () => context.uuid(),
      ...(input.scheme === undefined ? {} : { scheme: input.scheme }),
      ...(input.method === undefined ? {} : { method: input.method }),
    });
    if (signed !== null) noteOwnKey(context, profile, signed.scheme, secret);
    if (signed === null) throw new HookproofError("secret-missing", `missing secret for ${profile.id}`);
    if (!signed.body.equals(payload.body))
      context.note(
        "the body now contains the signature or other signed data: send the body printed by --json or --curl",
      );
    if (signed.url !== url)
      context.note(`the URL now contains the signature or other signed data: ${maskedUrl(signed.url ?? "")}`);
    const data: SignData = {
      provider: profile.id,
      scheme: signed.scheme.name,
      secret,
      headers: request.headers.filter(([name]) => name !== "Host"),
      body: encodeBytes(request.body),
      signedContent: encodeBytes(signed.signedContent),
      timestamp: signed.timestamp === null ? null : timeValue(signed.timestamp),
      ...(input.curl ? { curl: await curlOf(request) } : {}),
    };
    return { data, exit: Exit.yes };
  },
  view: (data) =>
    Buffer.from(
      data.curl === undefined ? data.headers.map(([name, value]) => `${name}: ${value}\n`).join("") : `${data.curl}\n`,
      data.curl === undefined ? "latin1" : "utf8",
    ),
});

/** A number if the text is epoch digits, otherwise the text. */
const timeValue = (text: string): number | string => (/^\d+$/.test(text) ? Number(text) : text);

/** The endpoint from the environment or the project file, if any. */
const configuredEndpoint = async (context: Context): Promise<string | undefined> => {
  if (!context.env["HOOKPROOF_URL"] && (await context.config()).endpoint === undefined) return undefined;
  const { defaultEndpoint } = await import("../shared/targets.ts");
  return defaultEndpoint(context);
};

const curlOf = async (request: WebhookRequest): Promise<string> => {
  const { toCurl } = await import("../../formats/curl-write.ts");
  return toCurl({ ...request, headers: request.headers.filter(([name]) => name !== "Host") });
};
