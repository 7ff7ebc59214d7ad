import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { escapeControls } from "../../src/values/escape.ts";
import type { Choice } from "../diagnosis/choice.ts";
import { run, temporaryFolder } from "../support/run.ts";
import { named } from "../support/skipped.ts";
import { there, typed, typedShells } from "./shells.ts";

/** Event types of a repository's project file that a shell would run, expand or take for several words. */
const hostile = [
  "q1$(touch owned)",
  "q2`touch owned`",
  "q3;touch owned;",
  "q4\ntouch owned\n",
  "q5'\"; touch owned; #",
  "q6${HOME}|touch owned&",
  "q7!!",
  "q8 * > owned",
  "q9:$(touch owned)=x",
  "~q10",
  "=ls",
  "*",
  "q11\\",
];

const shells = [
  ...typedShells,
  { shell: "fish", skip: there("fish") && there("script") ? null : "no fish or no script(1) here" },
];

/** Names of a project file, completed in each shell. */
export const hostileNames = (choose: Choice): void => {
  describe.each(
    shells.map(({ shell, skip }) => [named(`names of a hostile project file in ${shell}`, skip), shell, skip] as const),
  )("%s", (_name, shell, skip) => {
    test.skipIf(skip !== null).each(choose(hostile, 2))("%j is one word, or not offered", async (type) => {
      const cwd = temporaryFolder();
      const mac = { kind: "hmac", hash: "sha256", key: "text" };
      const scheme = {
        name: "v1",
        summary: "s",
        header: "X-S",
        layout: { kind: "single" },
        encoding: "hex",
        mac,
        content: ["body"],
      };
      const provider = { id: "acme", name: "Acme", schemes: [scheme], events: [{ type, when: type, sample: "{}" }] };
      writeFileSync(join(cwd, "hookproof.config.json"), JSON.stringify({ providers: [provider] }));
      const { stdout } = await run(["completion", shell]);
      const setUp = shell === "zsh" ? "autoload -Uz compinit; compinit -u -D\n" : "";
      const keys = `hookproof sign -p acme --event ${/^q\d+/.exec(type)?.[0] ?? ""}\t`;
      const ran = (await typed(shell, setUp + stdout, keys, cwd)).trimEnd();
      expect(existsSync(join(cwd, "owned"))).toBe(false);
      const offered = escapeControls(type) === type;
      if (offered) expect(ran).toBe(`sign -p acme --event ${type}`);
      else expect(ran).not.toContain("touch");
    });
  });
};
