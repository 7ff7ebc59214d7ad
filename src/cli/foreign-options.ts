import { oneOf } from "../values/count.ts";
import type { CommandLine } from "./command-line.ts";

/**
 * Maps options of other tools (curl, stripe, gh, ngrok) to hookproof's options (`--to`) and arguments (`<url>`). The
 * suggestion is the first one that the command has; a bar joins several that are suggested together. The third column
 * is the hint if the command has none of them.
 */
const table: readonly (readonly [names: string, here: string, otherwise?: string])[] = [
  // Request.
  ["-X --request --verb", "--method"],
  ["-H --header --headers --forward-headers --add-header", "--header"],
  [
    "-d --data --data-raw --data-binary --data-urlencode --body --payload --content --message",
    "--data --body <payload>",
  ],
  ["-f --file --input --path -i", "<payload> <request> <files> <file> <file-or-folder> --from"],
  ["-u --user --auth", "--basic"],
  ["-b --cookie", "--header"],
  [
    "--url --endpoint --target --destination --to --forward-to --webhook-url --uri",
    "--to --endpoint <url> --forward-to --url",
  ],
  ["-L --location --follow", "", "redirects are not followed: use the final URL"],
  ["-x", "--proxy"],
  // TLS.
  [
    "--skip-verify --no-verify --no-verify-ssl --skip-tls-verify --no-check-certificate --allow-self-signed",
    "--insecure",
  ],
  ["--ca --ca-cert --cafile --ca-file", "--cacert"],
  // Time and count.
  ["-m --max-time --time-limit --connect-timeout --request-timeout", "--forward-timeout|--timeout"],
  ["-n --number --requests --repeat --times --max", "--count --limit"],
  ["--last --latest --newest", "--last --limit"],
  ["-c --concurrent --workers --parallel --jobs", "--concurrency"],
  ["--delay --interval --sleep --rps --qps", "--rate"],
  ["--retries --max-retries --max-attempts --attempts", "--retry"],
  // Provider, secret and events.
  ["--platform --vendor --service --source --provider -p", "--provider <id>"],
  ["-s --secret-key --signing-secret --webhook-secret --key --hmac-key", "--secret --search"],
  ["--api-key --apikey --access-token --bearer", "--token --secret"],
  ["--print-secret --show-secret", "", "secrets are never printed; `hookproof secret list` shows fingerprints"],
  [
    "-e --event --events --event-type --event-types --type --topic --topics --kind",
    "--event --events --type <type>",
    "`hookproof send URL -p ID --event TYPE` sends a sample event",
  ],
  ["--id --event-id --message-id --request-id", "--id <id> <ids>"],
  ["--signature --sig", "--header"],
  ["--time --now --timestamp --at", "--at --timestamp"],
  ["--algorithm --algo --digest", "--scheme"],
  ["--value", "--from"],
  // Listener.
  ["-P --listen-port", "--port"],
  ["--addr --address --bind --listen", "--port|--host"],
  ["--hostname --interface", "--host|--host-header"],
  ["--load-from-webhooks-api --use-configured-webhooks --forward-connect-to --forward", "--forward-to"],
  ["--response --status-code --reply --status", "--respond --expect <what>"],
  ["--exec --command --run --hook", "--on-verified"],
  ["--save --log --log-file --record", "--capture"],
  // Output.
  ["--format --output-format --print-json --reporter -j", "--junit|--json"],
  ["-o --output --out", "--capture|--junit|--json"],
  ["--include --log-level --loglevel --trace", "--verbose"],
  ["--silent", "--quiet"],
  ["--filter --query --grep", "--search --type"],
  ["--preview --plan", "--dry-run"],
  ["-y --yes --assume-yes --non-interactive --no-interactive --no-prompt", "--yes|--no-input"],
  ["--shell", "<shell>"],
  ["--config", "", "set HOOKPROOF_CONFIG to the project file's path"],
];

/** The row of an option, if the table has it. A value may be attached to the option: `-XPUT`, `--url=…`. */
const rowOf = (option: string): (typeof table)[number] | undefined => {
  const name = option.startsWith("--") ? option.replace(/=.*/s, "") : option.slice(0, 2);
  return table.find(([names]) => names.split(" ").includes(name));
};

/** The first word that is an option of another tool in the table. */
export const foreignIn = (command: CommandLine, words: readonly string[]): string | undefined =>
  words.find((word) => word.startsWith("-") && foreignHint(command, word) !== undefined)?.replace(/=.*/s, "");

/** A hint with this command's name for another tool's option; undefined if the table doesn't have it. */
export const foreignHint = (command: CommandLine, option: string): string | undefined => {
  const row = rowOf(option);
  if (row === undefined) return undefined;
  const [, here, otherwise] = row;
  const known = [
    ...command.registeredArguments.map((one) => `<${one.name()}>`),
    ...command.options.flatMap(({ long, hidden }) => (hidden || long === undefined ? [] : [long])),
  ];
  const found = here
    .split(" ")
    .map((word) => word.split("|").filter((one) => known.includes(one)))
    .find((words) => words.length > 0);
  if (found === undefined) return otherwise;
  const [first = ""] = found;
  return first.startsWith("<")
    ? `${first} is an argument: ${command.path} ${command.usage()}`
    : `did you mean ${oneOf(found)}?`;
};
