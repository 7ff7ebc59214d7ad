import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { basename, join } from "node:path";
import { HookproofError } from "../../errors.ts";
import { kindByBeginning, kindOfWhole, redactFile } from "../../evidence/redact/file.ts";
import type { FileKind } from "../../evidence/redact/file.ts";
import { knownSecrets } from "../../evidence/redact/known-secrets.ts";
import type { Redactor } from "../../evidence/redact/redactor.ts";
import { redactStream } from "../../evidence/redact/stream.ts";
import { isRequest } from "../../formats/read.ts";
import { concatenate } from "../../storage/input.ts";
import { readJson } from "../../values/json-text.ts";
import type { Secret } from "../../values/secret.ts";
import type { Context } from "../../cli/context.ts";

/** A file after a first pass of masking. Credentials found only later, or in another file, are still in it. */
export interface Draft {
  readonly kind: FileKind;
  /** The path of the temporary file. */
  readonly path: string;
}

interface Masking {
  readonly redactor: Redactor;
  readonly secrets: readonly Secret[];
  /** The folder for drafts, which contain only what the rules left unmasked. */
  readonly folder: string;
}

/**
 * Masks one file into a draft.
 * @throws HookproofError `input-malformed` for a file that isn't text, `input-too-large`, `redaction-failed`
 */
export const draftOf = async (context: Context, file: string, number: number, masking: Masking): Promise<Draft> => {
  const { redactor, folder } = masking;
  const path = join(folder, String(number));
  const name = file === "-" ? "standard input" : file;
  const chunks = context.inputChunks(file)[Symbol.asyncIterator]();
  const beginning = await beginningOf(chunks);
  let kind: FileKind | "whole" = kindByBeginning(beginning, name);
  let rest: AsyncIterable<Buffer> = following(beginning, chunks);
  if (kind === "whole") {
    const whole = await concatenate(rest, { displayName: name, limit: context.inputLimit("requests") });
    kind = kindOfWhole(whole);
    if (kind !== "log") {
      const masked = redactFile(redactor, whole, kind, file);
      if (!(await isStill(kind, whole, masked)))
        throw new HookproofError(
          "redaction-failed",
          `${name} would no longer be valid ${kindNames[kind]}: nothing was written`,
        );
      await write(path, [masked], name, masking);
      return { kind, path };
    }
    rest = following(whole, emptied);
  }
  const longestLine = context.inputLimit("line");
  await write(path, redactStream(redactor, rest, { name: file, longestLine }), name, masking);
  return { kind, path };
};

/** The finished file: every credential found in any of the files is masked in it. */
export async function* finished({ kind, path }: Draft, file: string, redactor: Redactor): AsyncGenerator<Buffer> {
  const isLines = kind === "log" || kind === "capture";
  let kept: Buffer[] = [];
  const swept = (): Buffer => {
    const bytes = Buffer.concat(kept);
    kept = [];
    // Latin-1 keeps every byte, including those that are not UTF-8.
    return Buffer.from(redactor.sweep(bytes.toString("latin1"), file), "latin1");
  };
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    const end = isLines ? chunk.lastIndexOf(0x0a) + 1 : 0;
    kept.push(chunk.subarray(0, end === 0 ? chunk.length : end));
    if (end === 0) continue;
    yield swept();
    kept = [chunk.subarray(end)];
  }
  yield swept();
}

const kindNames: Readonly<Record<FileKind, string>> = {
  har: "a HAR file",
  json: "JSON",
  capture: "a capture",
  log: "a log",
  curl: "a curl command",
};

/** Whether a masked file is still valid in its format. */
const isStill = async (kind: FileKind, before: Buffer, after: Buffer): Promise<boolean> => {
  if (kind === "curl") return !(await isRequest(before)) || isRequest(after);
  return readJson(after.toString("utf8").replace("\uFEFF", "")) !== undefined;
};

/** Writes a draft. As with bundles, the last check is here: no piece may contain a known secret in any form. */
const write = async (
  path: string,
  pieces: AsyncIterable<Buffer> | readonly Buffer[],
  name: string,
  { secrets }: Masking,
): Promise<void> => {
  const known = knownSecrets(secrets);
  const out = await open(path, "wx", 0o600);
  try {
    for await (const piece of pieces) {
      if (known?.test(piece.toString("utf8")) === true)
        throw new HookproofError(
          "redaction-failed",
          `a known secret would remain in ${basename(name)}: nothing was written`,
          {
            hint: "add a rule that covers it with --rules, or report this as a bug in hookproof",
          },
        );
      await out.writeFile(piece);
    }
  } finally {
    await out.close();
  }
};

/** Reads enough of a file to recognize its kind. */
const beginningOf = async (chunks: AsyncIterator<Buffer>): Promise<Buffer> => {
  const parts: Buffer[] = [];
  for (let size = 0; size < 1 << 16;) {
    const next = await chunks.next();
    if (next.done === true) break;
    parts.push(next.value);
    size += next.value.length;
  }
  return Buffer.concat(parts);
};

async function* following(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

const emptied: AsyncIterator<Buffer> = { next: async () => ({ done: true, value: undefined }) };
