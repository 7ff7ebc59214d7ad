import { HookproofError } from "../../errors.ts";
import type { Authorization } from "../../http/authorization.ts";
import { sameName } from "../../request/request.ts";
import type { HeaderPair } from "../../request/request.ts";
import { resolveRef, warnLiteral } from "../../storage/secret-refs.ts";
import type { Context } from "../../cli/context.ts";
import { grouped, option } from "../../cli/inputs.ts";
import type { Parse } from "../../cli/inputs.ts";
import { isLoopback } from "./targets.ts";
import { endpointWithUser } from "../../values/endpoint.ts";
import type { Endpoint } from "../../values/endpoint.ts";

interface Basic {
  readonly user: string;
  readonly ref: string;
}

/** Parses `user:REF`. Errors don't repeat the text, because it may contain the password. */
const basic: Parse<Basic> = (text) => {
  const at = text.indexOf(":");
  if (at >= 0 && at + 1 < text.length) return { user: text.slice(0, at), ref: text.slice(at + 1) };
  throw new HookproofError("usage", "--basic needs a user and password", { hint: "write --basic user:env:PASSWORD" });
};

/** The option for endpoints that require a user and password. */
export const basicInput = grouped("Network", {
  basic: option(
    "--basic <user:ref>",
    "Basic auth for the endpoint; password as env:NAME, file:PATH or store:NAME (or in the URL: user:password@)",
    basic,
  ),
});

interface BasicInput {
  readonly basic: Basic | undefined;
  readonly header: readonly HeaderPair[];
}

/**
 * The Basic credentials for an endpoint, from its URL or from `--basic`; spread into the transport's options.
 * @throws HookproofError `usage` if they are given twice, `secret-missing`
 */
export const authorizationFor = async (
  context: Context,
  { url, user }: Endpoint,
  { basic: given, header }: BasicInput,
): Promise<{ readonly authorization?: Authorization }> => {
  if (user === undefined && given === undefined) return {};
  if ((user !== undefined && given !== undefined) || header.some(([name]) => sameName(name, "authorization")))
    throw new HookproofError("usage", "the endpoint's credentials were given twice", {
      hint: "pass only one of --basic, -H 'Authorization: …' and user:password@ in the URL",
    });
  const { origin, protocol, hostname } = new URL(url);
  if (protocol === "http:" && !isLoopback(hostname))
    context.warn(`the password for ${origin} would be sent over plain HTTP, readable by others`);
  let pair = user ?? "";
  if (given !== undefined) {
    const sources = { env: context.env, cwd: context.cwd, store: context.store, warn: context.warn };
    warnLiteral("--basic", given.ref, sources);
    pair = `${given.user}:${(await resolveRef(given.ref, "--basic", sources)).reveal().toString("utf8")}`;
  }
  return { authorization: { origin, value: `Basic ${Buffer.from(pair, "utf8").toString("base64")}` } };
};

/**
 * The same for `replay --to`. With `recorded` each event has its own endpoint, and with `source` there is none, so
 * --basic is not allowed.
 */
export const authorizationTo = async (
  context: Context,
  to: string,
  input: BasicInput,
): ReturnType<typeof authorizationFor> => {
  if (!/^(?:recorded|source)$/i.test(to)) return authorizationFor(context, endpointWithUser(to), input);
  if (input.basic === undefined) return {};
  throw new HookproofError("usage", `--basic needs a single endpoint, so it cannot be combined with --to ${to}`, {
    hint: "pass --to URL",
  });
};
