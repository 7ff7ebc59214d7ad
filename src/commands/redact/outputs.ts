import { stat } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { HookproofError } from "../../errors.ts";
import type { Context } from "../../cli/context.ts";

/** A file, and where its masked copy goes. */
export interface Target {
  /** The path as typed. */
  readonly file: string;
  /** The path for display; `-` for standard output, null if nothing is written. */
  readonly output: string | null;
}

interface OutputOptions {
  readonly files: readonly string[];
  readonly output: string | undefined;
  readonly suffix: string | undefined;
  readonly force: boolean;
  readonly check: boolean;
}

/**
 * Chooses each file's output before any file is read. No input is overwritten.
 * @throws HookproofError `usage`, `output-exists`
 */
export const targetsOf = async (context: Context, wishes: OutputOptions): Promise<readonly Target[]> => {
  const { files, check } = wishes;
  if (check) return files.map((file) => ({ file, output: null }));
  const named = await namesOf(context, wishes);
  const { refuseExisting } = await import("../../evidence/bundle/archive.ts");
  const inputs = await Promise.all(files.map((file) => identity(context.path(file))));
  const usedPaths = new Set<string>();
  for (const { file, output } of named) {
    if (output === "-") continue;
    const path = context.path(output);
    if (usedPaths.has(path))
      throw new HookproofError("usage", `two files would be written to ${output}`, {
        hint: "redact files with the same name one by one",
      });
    usedPaths.add(path);
    const own = await identity(path);
    if (own !== undefined && inputs.includes(own))
      throw new HookproofError("usage", `${output} is an input file and would be overwritten by ${file}`, {
        hint: "choose another name with -o FILE or --suffix: keep the original in case a rule masked too much",
      });
    if (!wishes.force) await refuseExisting(path, output);
  }
  return named;
};

type Named = Target & { readonly output: string };

const namesOf = async (context: Context, { files, output, suffix }: OutputOptions): Promise<readonly Named[]> => {
  if (suffix !== undefined) {
    if (files.includes("-"))
      throw new HookproofError("usage", "--suffix does not work with standard input", { hint: "add -o FILE" });
    const end = (file: string): string => extname(file);
    return files.map((file) => ({
      file,
      output: `${file.slice(0, file.length - end(file).length)}${suffix}${end(file)}`,
    }));
  }
  const isFolder = output !== undefined && (/[/\\]$/.test(output) || (await folderAt(context.path(output))));
  if (isFolder)
    return files.map((file) => ({ file, output: join(output, file === "-" ? "stdin.txt" : basename(file)) }));
  if (files.length > 1)
    throw new HookproofError("usage", `${files.length} files need ${files.length} names`, {
      hint: "add -o FOLDER/ or --suffix -redacted",
    });
  return files.map((file) => ({ file, output: output ?? "-" }));
};

const folderAt = async (path: string): Promise<boolean> =>
  stat(path).then(
    (there) => there.isDirectory(),
    () => false,
  );

/** Identifies a file regardless of its name or links; undefined if it doesn't exist. */
const identity = async (path: string): Promise<string | undefined> =>
  stat(path, { bigint: true }).then(
    ({ dev, ino }) => `${dev}:${ino}`,
    () => undefined,
  );
