import { configFileName } from "../../storage/config.ts";
import { command } from "../../cli/command.ts";
import { maskedUrl } from "../../values/masked-url.ts";
import { Exit } from "../../cli/exit.ts";

/** `hookproof config`: shows the effective configuration and where each value comes from. */
export default command({
  summary: "Show the effective configuration and where each value comes from",
  inputs: {},
  examples: ["hookproof config", "hookproof config --json"],
  async run(context) {
    const config = await context.config();
    const from = (
      env: string,
      value: string | undefined,
    ): { readonly value: string | null; readonly source: string | null } => {
      const given = context.env[env];
      if (given !== undefined && given !== "") return { value: maskedUrl(given), source: env };
      return { value: value === undefined ? null : maskedUrl(value), source: value === undefined ? null : config.path };
    };
    const data = {
      file: config.path,
      provider: from("HOOKPROOF_PROVIDER", config.provider),
      endpoint: from("HOOKPROOF_URL", config.endpoint),
      // References only, because a project file may contain a literal secret although it shouldn't.
      secrets: Object.fromEntries(
        Object.entries(config.secrets).map(([id, refs]) => [
          id,
          refs.map((ref) => (/^(?:env|file|store):/.test(ref) ? ref : "literal in the file")),
        ]),
      ),
      environmentSecret: (context.env["HOOKPROOF_SECRET"] ?? "") !== "",
      storedSecrets: (await context.store.list()).map(({ name }) => name),
      providers: config.providers.map(({ id }) => id),
      folders: context.folders,
    };
    return { data, exit: Exit.yes };
  },
  view: (data, paint) =>
    [
      paint`project file  ${data.file ?? paint.dim(`none (${configFileName} in this folder or above)`)}`,
      paint`provider      ${data.provider.value ?? paint.dim("none")}${paint.dim(sourceOf(data.provider.source))}`,
      paint`endpoint      ${data.endpoint.value ?? paint.dim("none")}${paint.dim(sourceOf(data.endpoint.source))}`,
      ...Object.entries(data.secrets).map(([id, refs]) => paint`secret        ${id}: ${refs.join(", ")}`),
      ...(data.environmentSecret ? [paint`secret        HOOKPROOF_SECRET takes precedence over the project file`] : []),
      ...(data.storedSecrets.length === 0 ? [] : [paint`store         ${data.storedSecrets.join(", ")}`]),
      ...(data.providers.length === 0 ? [] : [paint`your own      ${data.providers.join(", ")}`]),
      paint`folders       ${data.folders.config}`,
      paint`              ${data.folders.data}`,
    ].join("\n"),
});

const sourceOf = (source: string | null): string => (source === null ? "" : `  (${source})`);
