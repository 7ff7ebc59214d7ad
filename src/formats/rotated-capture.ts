import { existsSync, statSync } from "node:fs";
import { readWhole } from "../storage/input.ts";
import type { Reading } from "../storage/input.ts";
import { pluralize } from "../values/count.ts";
import { formatSize } from "../values/size.ts";
import { beginsCapture } from "./capture.ts";

/**
 * Reads a capture file together with its rotated parts; if that exceeds the limit, only the newest parts. Any other
 * file is read by itself.
 * @param parts oldest first
 * @throws HookproofError like `readWhole`
 */
export const readRotated = async (
  path: string,
  parts: readonly string[],
  reading: Reading,
  warn: (message: string) => void,
): Promise<Buffer> => {
  const { displayName, limit } = reading;
  // A listener killed during rotation leaves no file of this name.
  const last = existsSync(path) ? await readWhole(path, reading) : Buffer.alloc(0);
  if (last.length > 0 && !beginsCapture(last)) return last;
  const read = [last];
  let length = last.length;
  for (const [before, part] of [...parts.entries()].toReversed()) {
    if (length + statSync(part).size > limit) {
      const skippedFiles = pluralize(before + 1, "file");
      warn(
        `${displayName}: ${skippedFiles} not read, because together they exceed ${formatSize(limit)} (--max-input raises the limit)`,
      );
      break;
    }
    const bytes = await readWhole(part, { ...reading, displayName: part });
    if (bytes.length > 0 && !beginsCapture(bytes)) break;
    // A line cut off by a crash doesn't continue in the next file.
    read.unshift(bytes, Buffer.from(bytes.length === 0 || bytes.at(-1) === 0x0a ? "" : "\n"));
    length += bytes.length;
  }
  return Buffer.concat(read);
};
