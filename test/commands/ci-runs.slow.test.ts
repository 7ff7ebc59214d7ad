import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { RequestListener, Server } from "node:http";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { actionStep } from "../support/action.ts";
import { bin, temporaryFolder } from "../support/run.ts";

const secret = "It's a Secret to Everybody";

const opened: Server[] = [];
afterEach(() => {
  for (const one of opened.splice(0)) one.close().closeAllConnections();
});

const serving = async (listener: RequestListener): Promise<string> => {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  opened.push(server);
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}/hooks`;
};

/** A receiver of GitHub's, right but for what is said. */
const app =
  (verifies: boolean): RequestListener =>
  (request, response) => {
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", () => {
      const body = Buffer.concat(pieces);
      const right = `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
      if (verifies && request.method !== "POST") return response.writeHead(405).end();
      if (verifies && request.headers["x-hub-signature-256"] !== right) return response.writeHead(401).end();
      try {
        JSON.parse(body.toString());
      } catch {
        return response.writeHead(verifies ? 400 : 200).end();
      }
      return response.writeHead(200).end();
    });
  };

/** Nothing listens there. */
const nowhere = async (): Promise<string> => {
  const url = await serving(app(true));
  await new Promise((resolve) => opened.pop()?.close(resolve));
  return url;
};

interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly cwd: string;
}

/** Runs bash beside this process, whose servers must answer meanwhile. */
const bash = (argv: readonly string[], cwd: string, env: Readonly<Record<string, string>>): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const child = spawn("bash", argv, { cwd, env: { HOOKPROOF_HOME: temporaryFolder(), ...env } });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (piece: Buffer) => (output += piece.toString()));
    child.on("error", reject).on("close", (code) => resolve({ code, output, cwd }));
  });

const node = JSON.stringify(process.execPath);
const program = JSON.stringify(bin);

// bash is what the action runs in; a Windows machine without it has nothing to show here.
describe.skipIf(process.platform === "win32")("the GitHub action", () => {
  const action = (url: string, env: Readonly<Record<string, string>> = {}): Promise<Ended> => {
    // What npx would install is this tree's program.
    const npx = `[ "$1 $2" = "--yes hookproof@7.8.9" ] || exit 99\nshift 2\nexec ${node} ${program} "$@"`;
    const step = actionStep({ INPUT_URL: url, INPUT_PROVIDER: "github", INPUT_WAIT: "2" }, { npx });
    const runner = { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: join(step.cwd, "summary.md") };
    return bash(step.argv, step.cwd, { ...step.env, ...runner, S: secret, ...env });
  };

  test("passes for a right receiver", async () => {
    const { code, output } = await action(await serving(app(true)));
    expect([code, output]).toEqual([0, expect.stringMatching(/\d+ passed, 0 failed/)]);
    expect(output).not.toContain("::error");
  });

  test("fails for another secret by that alone, in the log, an annotation and the summary", async () => {
    const { code, output, cwd } = await action(await serving(app(true)), { S: "another secret" });
    expect(code).toBe(1);
    expect(output).toMatch(/✗ accepts-valid +401/);
    expect(output).toMatch(/0 passed, 1 failed/);
    expect(output.match(/^::error.*$/gm)).toEqual([expect.stringContaining("accepts-valid")]);
    expect(readFileSync(join(cwd, "summary.md"), "utf8")).toContain("accepts-valid");
    expect(output).not.toContain(secret);
  });

  test("fails and says so if nothing is listening", async () => {
    const { code, output } = await action(await nowhere());
    expect([code, output]).toEqual([
      1,
      expect.stringMatching(/✗ accepts-valid +nothing is listening on 127\.0\.0\.1:\d+/),
    ]);
  });

  test("fails for a receiver that accepts everything, with one cause", async () => {
    const { code, output } = await action(await serving(app(false)));
    expect(code).toBe(1);
    expect(output.replaceAll(/\s+/g, " ")).toContain("signatures are not verified");
    expect(output.match(/^::error.*$/gm)).toHaveLength(1);
  });
});

describe.skipIf(process.platform === "win32")("a smoke test in a shell script", () => {
  /** What docs/listen.md shows: the listener in front of the application, a sender, and the listener's exit code. */
  const script = `
hookproof listen --port 0 --ready-file ready -p github --secret env:S --quiet -f "$APP" \\
  --until type=push,verdict=valid,forward=2xx --timeout 15s & listener=$!
until [ -s ready ]; do sleep 0.1; done
eval "$SENDER"
wait "$listener"
`;
  const smoke = async (url: string, sender: string): Promise<Ended> => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "smoke.sh"), script);
    writeFileSync(join(cwd, "hookproof"), `#!/bin/sh\nexec ${node} ${program} "$@"\n`, { mode: 0o755 });
    const env = {
      PATH: `${cwd}:${process.env["PATH"] ?? ""}`,
      S: secret,
      OTHER: "another secret",
      APP: url,
      SENDER: sender,
    };
    return bash(["smoke.sh"], cwd, env);
  };
  const send = (ref: string): string =>
    `hookproof send "$(cat ready)" -p github --secret ${ref} --event push --quiet; kill -TERM $listener`;
  const arrived = send("env:S").replace("; kill -TERM $listener", "");

  test("passes if the event arrived, was correctly signed, and the application accepted it", async () => {
    const { code, output } = await smoke(await serving(app(true)), arrived);
    expect([code, output]).toEqual([0, expect.stringContaining("1 request, 1 event, 1 valid")]);
  });

  test("fails for another secret, with the cause", async () => {
    const { code, output } = await smoke(await serving(app(true)), send("env:OTHER"));
    expect(code).toBe(1);
    expect(output).toMatch(/✗ invalid github: \S+/);
    expect(output).toContain("stopped too early: 1 request, 1 event, 0 valid, 1 invalid");
  });

  test("fails if nothing arrives", async () => {
    const { code, output } = await smoke(await serving(app(true)), "kill -TERM $listener");
    expect([code, output]).toEqual([1, expect.stringContaining("stopped too early: 0 requests")]);
  });

  test("fails if the application is not running, and names it", async () => {
    const { code, output } = await smoke(await nowhere(), send("env:S"));
    expect(code).toBe(1);
    expect(output).toMatch(/→ 502 .*: nothing is listening on 127\.0\.0\.1:\d+/);
    expect(output).toContain("1 of 1 forward failed");
  });

  test("fails for an application that accepts everything, because it accepts a forgery", async () => {
    const forged =
      'hookproof send "$APP" -p github --secret env:S --event push --tamper signature --expect 4xx --quiet';
    const { code, output } = await smoke(await serving(app(false)), `${arrived}; ${forged} || exit 7`);
    expect([code, output]).toEqual([7, expect.stringContaining("delivered")]);
    const right = await smoke(await serving(app(true)), `${arrived}; ${forged} || exit 7`);
    expect(right.code).toBe(0);
  });
});
