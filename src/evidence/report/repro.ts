import { toCurl } from "../../formats/curl-write.ts";
import type { Report } from "./model.ts";

/**
 * A shell script that sends the request again, with placeholders for masked values, and with a hookproof command that
 * re-signs it. It does nothing until its variables are set.
 */
export const reproScript = ({ request, provider, eventId, eventType }: Report): string => {
  const head = [
    "#!/bin/sh",
    "# Sends the event of this bundle again. Masked values are placeholders: set the variables first.",
    `# Event: ${plain(eventId)}`,
    "set -eu",
    ': "${URL:?set URL to the receiver, e.g. https://localhost:3000/hooks}"',
    ': "${WEBHOOK_SECRET:?set WEBHOOK_SECRET to the signing secret}"',
    "export WEBHOOK_SECRET",
    "",
    "# Re-signed, with the platform's headers. Set BODY to the original body; otherwise a sample is sent.",
    `if [ -n "\${BODY:-}" ]; then`,
    `  npx -y hookproof send "$URL" -p ${shell(provider.id)} "$BODY" --secret env:WEBHOOK_SECRET --retry none`,
    "else",
    `  npx -y hookproof send "$URL" -p ${shell(provider.id)}${eventType === null ? "" : ` --event ${shell(eventType)}`} --secret env:WEBHOOK_SECRET --retry none`,
    "fi",
  ];
  if (request === null) return `${head.join("\n")}\n`;
  const target = URL.parse(request.url);
  const curl = toCurl({
    method: request.method,
    target: target === null ? "/" : `${target.pathname}${target.search}`,
    url: "https://receiver.example/",
    headers: request.headers.filter(([name]) => !/^(?:host|content-length|connection|transfer-encoding)$/i.test(name)),
    body: Buffer.from(request.body.text, "utf8"),
  });
  return `${[
    ...head,
    "",
    "# The request as it was received, with placeholders; its signature is invalid, because the body is masked:",
    ...curl
      .replace("https://receiver.example/", '"$URL"')
      .split("\n")
      .map((line) => `# ${plain(line)}`),
  ].join("\n")}\n`;
};

// Untrusted text must not end a comment line or get into a command.
const plain = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "?");
const shell = (text: string): string =>
  /^[A-Za-z0-9_.-]+$/.test(text) ? text : `'${plain(text).replaceAll("'", "'\\''")}'`;
