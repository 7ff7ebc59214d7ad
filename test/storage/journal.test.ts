import {
  appendFileSync,
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, test } from "vitest";
import { HookproofError } from "../../src/errors.ts";
import { openJournal } from "../../src/storage/journal.ts";
import { rotatedOf } from "../../src/storage/rotated.ts";
import { linesOfFile, readLines } from "../../src/storage/lines.ts";
import { temporaryFolder } from "../support/run.ts";

const allLines = async (
  path: string,
): Promise<readonly { text: string; number: number; offset: number; torn: boolean }[]> => {
  const found = [];
  for await (const { bytes, number, offset, torn } of readLines(path))
    found.push({ text: bytes.toString(), number, offset, torn });
  return found;
};

test("what was appended is in the file when the promise resolves", async ({ expect }) => {
  const path = join(temporaryFolder(), "a", "j.ndjson");
  const journal = openJournal(path);
  await journal.append('{"n":1}');
  expect(readFileSync(path, "utf8")).toBe('{"n":1}\n');
  const both = Promise.all([journal.append('{"n":2}'), journal.append('{"n":3}')]);
  expect(readFileSync(path, "utf8")).toBe('{"n":1}\n');
  await both;
  expect(readFileSync(path, "utf8")).toBe('{"n":1}\n{"n":2}\n{"n":3}\n');
  await journal.close();
});

test("a journal is for its owner alone, file and folder", async ({ expect }) => {
  const path = join(temporaryFolder(), "made", "j.ndjson");
  await openJournal(path).close();
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(join(path, "..")).mode & 0o777).toBe(0o700);
});

test("a torn last line stays as it is, on a line of its own", async ({ expect }) => {
  const path = join(temporaryFolder(), "j.ndjson");
  writeFileSync(path, '{"n":1}\n{"n":');
  const journal = openJournal(path);
  expect(journal.torn).toBe(true);
  await journal.append('{"n":3}');
  await journal.close();
  expect(readFileSync(path, "utf8")).toBe('{"n":1}\n{"n":\n{"n":3}\n');
});

test("a line that another process tore after opening is not continued either", async ({ expect }) => {
  const path = join(temporaryFolder(), "j.ndjson");
  const journal = openJournal(path, { shared: true });
  await journal.append('{"n":1}');
  appendFileSync(path, '{"n":');
  await journal.append('{"n":3}');
  await journal.close();
  expect(readFileSync(path, "utf8")).toBe('{"n":1}\n{"n":\n{"n":3}\n');
});

describe("a file that is moved or removed under a journal that looks for it", () => {
  const reopening = (path: string) => {
    let reopened = 0;
    return { journal: openJournal(path, { onReopened: () => reopened++ }), reopened: () => reopened };
  };

  test("is begun again at its place, and no line is lost", async ({ expect }) => {
    const path = join(temporaryFolder(), "j.ndjson");
    const { journal, reopened } = reopening(path);
    await journal.append("1");
    renameSync(path, `${path}.1`);
    await journal.append("2");
    rmSync(path);
    await journal.append("3");
    // Another program was faster, and died inside a line.
    renameSync(path, `${path}.2`);
    writeFileSync(path, "torn");
    await journal.append("4");
    await journal.close();
    expect([`${path}.1`, `${path}.2`, path].map((file) => readFileSync(file, "utf8"))).toEqual([
      "1\n",
      "3\n",
      "torn\n4\n",
    ]);
    expect(reopened()).toBe(3);
  });

  test("has its folder made again; where that cannot be, appends fail until it can", async ({ expect }) => {
    const folder = join(temporaryFolder(), "data");
    const path = join(folder, "j.ndjson");
    const { journal } = reopening(path);
    rmSync(folder, { recursive: true });
    await journal.append("1");
    expect(readFileSync(path, "utf8")).toBe("1\n");
    rmSync(folder, { recursive: true });
    writeFileSync(folder, "a file is in its place");
    await expect(journal.append("2")).rejects.toThrow();
    await expect(journal.append("3")).rejects.toThrow();
    rmSync(folder);
    await journal.append("4");
    await journal.close();
    expect(readFileSync(path, "utf8")).toBe("4\n");
  });
});

test("a full disk rejects every append that waited, with what to do", async ({ expect }) => {
  const journal = openJournal("/dev/full");
  const results = await Promise.allSettled([journal.append("a"), journal.append("b")]);
  expect(results.map((one) => (one.status === "rejected" ? one.reason : one))).toMatchObject([
    { code: "disk-full" },
    { code: "disk-full" },
  ]);
  await expect(journal.append("c")).rejects.toMatchObject({ code: "disk-full" });
  await journal.close();
});

test("where the place cannot be written, opening says so", ({ expect }) => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "j.ndjson"));
  expect(() => openJournal(join(folder, "j.ndjson"))).toThrow(/it is a folder/);
});

test("an append after closing is an error, not a loss in silence", async ({ expect }) => {
  const journal = openJournal(join(temporaryFolder(), "j.ndjson"));
  await journal.close();
  await expect(journal.append("x")).rejects.toMatchObject({ code: "io" });
});

test("a thousand lines of one turn arrive in order", async ({ expect }) => {
  const path = join(temporaryFolder(), "j.ndjson");
  const journal = openJournal(path, { fsync: true });
  await Promise.all(Array.from({ length: 1000 }, (_, n) => journal.append(`line ${n} ${"x".repeat(n)}`)));
  await journal.close();
  const lines = await allLines(path);
  expect(lines.map(({ text }) => text.split(" ")[1])).toEqual(Array.from({ length: 1000 }, (_, n) => String(n)));
});

test("lines end at the newline byte alone; the last without one is torn", async ({ expect }) => {
  const path = join(temporaryFolder(), "j.ndjson");
  writeFileSync(path, 'a\u2028b\rc\n\n{"x":"é"}\ntorn');
  expect(await allLines(path)).toEqual([
    { text: "a\u2028b\rc", number: 1, offset: 0, torn: false },
    { text: "", number: 2, offset: 8, torn: false },
    { text: '{"x":"é"}', number: 3, offset: 9, torn: false },
    { text: "torn", number: 4, offset: 20, torn: true },
  ]);
});

test("a line longer than any buffer comes whole", async ({ expect }) => {
  const path = join(temporaryFolder(), "j.ndjson");
  writeFileSync(path, `${"y".repeat(3_000_000)}\nend\n`);
  expect((await allLines(path)).map(({ text }) => text.length)).toEqual([3_000_000, 3]);
});

test("of a line longer than is kept only the beginning comes, and the next line is whole", async ({ expect }) => {
  const path = join(temporaryFolder(), "j.ndjson");
  writeFileSync(path, `${"y".repeat(700_000)}\nend\n${"z".repeat(2000)}`);
  const fd = openSync(path, "r");
  const found = [];
  for await (const { bytes, cut, torn, offset, end } of linesOfFile(fd, 0, 1000))
    found.push({ length: bytes.length, cut, torn, offset, end });
  closeSync(fd);
  expect(found).toEqual([
    { length: 1000, cut: true, torn: false, offset: 0, end: 700_001 },
    { length: 3, cut: false, torn: false, offset: 700_001, end: 700_005 },
    { length: 1000, cut: true, torn: true, offset: 700_005, end: 702_005 },
  ]);
});

test("where no folder can be made the error names it and its kind, and nothing hangs", ({ expect }) => {
  const folder = temporaryFolder();
  symlinkSync(join(folder, "nowhere"), join(folder, "dangling"));
  writeFileSync(join(folder, "file"), "");
  const refusal = (path: string): unknown => {
    try {
      return openJournal(path);
    } catch (error) {
      return error instanceof HookproofError ? error.code : error;
    }
  };
  expect(refusal(join(folder, "dangling", "a", "x.ndjson"))).toBe("io");
  expect(refusal(join(folder, "file", "a", "x.ndjson"))).toBe("io");
  expect(process.platform !== "linux" || refusal("/proc/a/b/x.ndjson") === "no-permission").toBe(true);
});

test("it is set aside at a size, under the next number, and what was appended is in one file or the other", async ({
  expect,
}) => {
  const folder = temporaryFolder();
  const path = join(folder, "j.ndjson");
  writeFileSync(join(folder, "j.7.ndjson"), "another's\n");
  const told: string[] = [];
  const journal = openJournal(path, {
    onReopened: () => told.push("reopened"),
    rotate: { bytes: 20, onRotated: () => told.push("rotated"), onFailed: () => told.push("failed") },
  });
  for (const text of ["0123456789", "abcdefghij", "klm", "nopqrstuvwxyz0123456789", "z"]) await journal.append(text);
  await journal.close();
  expect(rotatedOf(path).map((part) => readFileSync(part, "utf8"))).toEqual([
    "another's\n",
    "0123456789\nabcdefghij\n",
    "klm\nnopqrstuvwxyz0123456789\n",
  ]);
  expect(readFileSync(path, "utf8")).toBe("z\n");
  expect(told).toEqual(["rotated", "rotated"]);
  expect(statSync(join(folder, "j.9.ndjson")).mode & 0o777).toBe(0o600);
});

// The owner of the machine may write everywhere.
test.skipIf(process.getuid?.() === 0)(
  "where it cannot be set aside it is written on, and that is told once",
  async ({ expect }) => {
    const folder = temporaryFolder();
    const path = join(folder, "j.ndjson");
    const told: string[] = [];
    const journal = openJournal(path, {
      onReopened: () => told.push("reopened"),
      rotate: { bytes: 5, onRotated: () => told.push("rotated"), onFailed: () => told.push("failed") },
    });
    await journal.append("first");
    chmodSync(folder, 0o500);
    await journal.append("second");
    await journal.append("third");
    chmodSync(folder, 0o700);
    expect(readFileSync(path, "utf8")).toBe("first\nsecond\nthird\n");
    await journal.append("fourth");
    await journal.close();
    expect(readFileSync(path, "utf8")).toBe("fourth\n");
    expect(told).toEqual(["failed", "rotated"]);
  },
);
