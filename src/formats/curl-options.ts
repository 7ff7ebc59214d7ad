/** What an option means to the request; `ignored` ones steer curl itself. */
export type CurlOption =
  | "method"
  | "header"
  | "data"
  | "data-raw"
  | "data-binary"
  | "data-urlencode"
  | "json"
  | "user"
  | "bearer"
  | "cookie"
  | "user-agent"
  | "referer"
  | "url"
  | "request-target"
  | "get"
  | "head"
  | "version"
  | "ignored-flag"
  | "ignored-value"
  | "refused";

/** Options that take a value. */
export const takesValue = (option: CurlOption): boolean => !/^(?:get|head|version|ignored-flag|refused)$/.test(option);

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

const table = (entries: Readonly<Partial<Record<CurlOption, string>>>): ReadonlyMap<string, CurlOption> =>
  new Map(
    Object.entries(entries).flatMap(([kind, names]) => words(names).map((name) => [name, kindOf(kind)] as const)),
  );

const kinds: readonly CurlOption[] = [
  "method",
  "header",
  "data",
  "data-raw",
  "data-binary",
  "data-urlencode",
  "json",
  "user",
  "bearer",
  "cookie",
  "user-agent",
  "referer",
  "url",
  "request-target",
  "get",
  "head",
  "version",
  "ignored-flag",
  "ignored-value",
  "refused",
];

const kindOf = (name: string): CurlOption => kinds.find((kind) => kind === name) ?? "ignored-flag";

const options = table({
  method: "-X --request",
  header: "-H --header",
  data: "-d --data --data-ascii",
  "data-raw": "--data-raw",
  "data-binary": "--data-binary",
  "data-urlencode": "--data-urlencode",
  json: "--json",
  user: "-u --user",
  bearer: "--oauth2-bearer",
  cookie: "-b --cookie",
  "user-agent": "-A --user-agent",
  referer: "-e --referer",
  url: "--url",
  "request-target": "--request-target",
  get: "-G --get",
  head: "-I --head",
  version: "-0 --http1.0 --http1.1 --http2 --http2-prior-knowledge --http3 --http3-only",
  "ignored-flag": `-s --silent -S --show-error -k --insecure -i --include --show-headers -v --verbose -L --location
    --location-trusted -f --fail --fail-with-body --fail-early -g --globoff -N --no-buffer -n --netrc --netrc-optional
    -O --remote-name --remote-name-all -J --remote-header-name -q --disable -a --append -R --remote-time -Z --parallel
    -# --progress-bar --no-progress-meter -1 --tlsv1 --tlsv1.0 --tlsv1.1 --tlsv1.2 --tlsv1.3 -2 --sslv2 -3 --sslv3
    -4 --ipv4 -6 --ipv6 --compressed --compressed-ssh --basic --anyauth --path-as-is --tcp-nodelay --tcp-fastopen
    --raw --tr-encoding --ssl --ssl-reqd --ssl-no-revoke --post301 --post302 --post303 --styled-output --xattr -j
    --junk-session-cookies -p --proxytunnel --create-dirs --crlf --cert-status --false-start --suppress-connect-headers
    --ca-native --trace-time --trace-ids --disallow-username-in-url --ignore-content-length --retry-all-errors
    --retry-connrefused --http0.9 --doh-insecure --remove-on-error --clobber --no-clobber`,
  "ignored-value": `-o --output --output-dir -w --write-out -m --max-time --connect-timeout --cacert --capath -E --cert
    --cert-type --key --key-type --pass -x --proxy -U --proxy-user --proxy-header --preproxy --socks5 --socks5-hostname
    --resolve --connect-to --retry --retry-delay --retry-max-time --max-redirs -c --cookie-jar -D --dump-header
    --limit-rate --rate -y --speed-time -Y --speed-limit -z --time-cond -C --continue-at --interface --dns-servers
    --dns-interface --ciphers --tls13-ciphers --tls-max --curves --pinnedpubkey --crlfile --unix-socket
    --abstract-unix-socket --stderr --trace --trace-ascii --noproxy --max-filesize --local-port --keepalive-time
    --proto --proto-redir --proto-default --expect100-timeout --netrc-file --parallel-max --happy-eyeballs-timeout-ms
    --doh-url --alt-svc --hsts --engine --service-name --egd-file --random-file`,
  refused: `-F --form --form-string -T --upload-file -K --config --next -: --aws-sigv4 --digest --ntlm --negotiate
    --url-query -r --range --variable --etag-compare`,
});

/** What an option (`-H`, `--header`) does; undefined for options we don't know. */
export const curlOption = (name: string): CurlOption | undefined => {
  const existing = options.get(name);
  if (existing !== undefined || !name.startsWith("--no-")) return existing;
  return options.get(`--${name.slice(5)}`) === "ignored-flag" ? "ignored-flag" : undefined;
};
