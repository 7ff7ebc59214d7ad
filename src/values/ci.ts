// Commands that CI runners recognize in a log:
// - GitHub: `##[cmd …]` anywhere in a line, `::cmd …::` at its start after spaces (actions/runner,
// src/Runner.Common/ActionCommand.cs TryParse, TryParseV2; src/Runner.Worker/Handlers/OutputManager.cs OnDataReceived).
// - Azure: `##vso[area.event …]` anywhere in a line (microsoft/azure-pipelines-agent,
// src/Microsoft.VisualStudio.Services.Agent/Command.cs TryParse); `##[error]` and the like only colour it.
// - TeamCity: `##teamcity[…]` (JetBrains, "Service messages"). GitLab's sections begin with an escape character, which
// is never shown raw. Buildkite's `---` and `+++` only fold the log.
//
// .NET compares these strings culture-sensitively, ignoring zero-weight characters in between (`\p{DI}`); its TrimStart
// removes every Unicode space.
const inLine = /#\p{DI}*#(?=\p{DI}*[[vt])/gu;
const atStart = /^([\t\v\f \u0085\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\p{DI}]*):(?=\p{DI}*:)/gmu;

/** Inserts a backslash into what a CI runner would treat as a command. */
export const escapeCiCommands = (text: string): string =>
  text.includes("#") || text.includes("::")
    ? text.replace(inLine, (found) => `#\\${found.slice(1)}`).replace(atStart, "$1\\:")
    : text;

/** The same for JSON text, with an escape that parses back to the same string. JSON lines begin with a bracket. */
export const escapeCiCommandsInJson = (json: string): string =>
  json.includes("#") ? json.replace(inLine, (found) => `${found.slice(0, -1)}\\u0023`) : json;

type Env = Readonly<Record<string, string | undefined>>;

/** Whether a CI runner is likely to read what is printed. Azure and TeamCity do not set `CI`. */
export const isUnderCi = (env: Env): boolean =>
  ["CI", "GITHUB_ACTIONS", "TF_BUILD", "TEAMCITY_VERSION"].some((name) => (env[name] ?? "") !== "");
