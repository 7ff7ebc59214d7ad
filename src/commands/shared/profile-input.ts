import { HookproofError } from "../../errors.ts";
import type { Profile, Scheme } from "../../providers/profile.ts";
import { schemesOf } from "../../providers/profile.ts";
import type { Context } from "../../cli/context.ts";

interface ProfileInput {
  readonly provider: string | undefined;
  readonly signatureHeader: string | undefined;
  readonly signatureForm: string | undefined;
}

/**
 * The profile for the given options. If its platform doesn't document the signature, it uses the given header and
 * format.
 * @throws HookproofError `usage`, `unknown-provider`
 */
export const profileFor = async (context: Context, input: ProfileInput): Promise<Profile> =>
  withSignature(await context.profile(input.provider), input.signatureHeader, input.signatureForm);

/**
 * Adds a generic HMAC scheme to an undocumented profile; unchanged if neither header nor format is given.
 * @throws HookproofError `usage` if the profile documents its signature
 */
export const withSignature = (profile: Profile, header: string | undefined, form: string | undefined): Profile => {
  if (header === undefined && form === undefined) return profile;
  const undocumented = schemesOf(profile) === undefined;
  if (!undocumented) {
    throw new HookproofError(
      "usage",
      `${profile.name} documents its signature: --signature-header and --signature-form do not apply`,
      {
        hint: `hookproof providers show ${profile.id}`,
      },
    );
  }
  if (header === undefined)
    throw new HookproofError("usage", "--signature-form needs --signature-header", {
      hint: "the name of the signature header in your deliveries",
    });
  return { ...profile, schemes: [genericScheme(header, form ?? "sha256=hex")] };
};

const genericScheme = (header: string, form: string): Scheme => {
  const [, prefix = "", encoding] = /^(.*?)(hex|base64)$/.exec(form) ?? [];
  if (encoding !== "hex" && encoding !== "base64") {
    throw new HookproofError("usage", `'${form}' is not a signature format`, {
      hint: "write hex, base64, or with a prefix: sha256=hex",
    });
  }
  return {
    name: "given",
    summary: `${prefix}<${encoding} of HMAC-SHA256 over the raw body>`,
    header,
    layout: prefix === "" ? { kind: "single" } : { kind: "single", prefix },
    encoding,
    mac: { kind: "hmac", hash: "sha256", key: "text" },
    content: ["body"],
  };
};
