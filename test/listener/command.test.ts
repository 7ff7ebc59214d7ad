import { expect, test } from "vitest";
import { CommandRunner } from "../../src/listener/command.ts";
import type { CommandOptions, CommandRun, VerifiedEvent } from "../../src/listener/command.ts";
import { signed, startListening } from "./support.ts";

const event = (change: Partial<VerifiedEvent> = {}): VerifiedEvent => ({
  requestId: "req_1",
  provider: "acme",
  eventId: "evt_1",
  eventType: "lead.created",
  identity: "acme evt_1",
  attempt: 1,
  receivedAt: 0,
  body: Buffer.from("the body"),
  ...change,
});

const runs = async (
  events: readonly VerifiedEvent[],
  options: Partial<CommandOptions>,
): Promise<readonly CommandRun[]> => {
  const done: CommandRun[] = [];
  const runner = new CommandRunner({
    line: "true",
    env: { PATH: process.env["PATH"] },
    cwd: "/",
    timeoutMs: 5000,
    parallel: 2,
    waiting: 100,
    clock: () => performance.now(),
    kill: (group) => process.kill(group, "SIGKILL"),
    onDone: (_event, run) => done.push(run),
    ...options,
  });
  for (const one of events) runner.offer(one);
  await runner.finish(10_000);
  return done;
};

test("the command gets the body on stdin and the facts in its environment", async () => {
  const line =
    'cat; echo "|$HOOKPROOF_EVENT_ID|$HOOKPROOF_EVENT_TYPE|$HOOKPROOF_PROVIDER|$HOOKPROOF_ATTEMPT|$HOOKPROOF_REQUEST_ID|$HOOKPROOF_RECEIVED_AT"';
  const [run] = await runs([event()], { line });
  expect(run).toMatchObject({
    exitCode: 0,
    error: null,
    output: "the body|evt_1|lead.created|acme|1|req_1|1970-01-01T00:00:00.000Z\n",
  });
});

test("untrusted input cannot become part of the command", async () => {
  const [run] = await runs([event({ eventId: '$(echo pwned)"; echo `id`\0x' })], {
    line: 'printf %s "$HOOKPROOF_EVENT_ID"',
  });
  expect(run?.output).toBe('$(echo pwned)"; echo `id`x');
});

test("each event has one run, whatever its attempts", async () => {
  expect(await runs([event(), event({ attempt: 2 }), event({ identity: "acme evt_2" })], {})).toHaveLength(2);
});

test.each([
  ["its exit code is told", "exit 7", { exitCode: 7, timedOut: false }],
  ["a command that is not there is told by the shell", "no-such-command-here", { exitCode: 127 }],
  ["one that does not read its stdin is fine", "true", { exitCode: 0 }],
])("%s", async (_title, line, expected) => {
  expect((await runs([event({ body: Buffer.alloc(1_000_000) })], { line }))[0]).toMatchObject(expected);
});

test.each([
  ["an id", { eventId: "x".repeat(140_000) }],
  ["a type", { eventType: "é".repeat(70_000) }],
])("%s that no environment variable can hold is said, and the next event has its run", async (_title, long) => {
  const [first, second] = await runs([event(long), event({ identity: "acme evt_2" })], { parallel: 1 });
  expect(first).toMatchObject({
    exitCode: null,
    error: "not run: its id or type is 140000 bytes long, too long for an environment variable",
  });
  expect(second).toMatchObject({ exitCode: 0, error: null });
});

test("a missing folder is reported", async () => {
  const [run] = await runs([event()], { cwd: "/no/such/folder" });
  expect(run).toMatchObject({ exitCode: null, error: expect.stringContaining("ENOENT") });
});

test("a command that takes too long is killed, with everything it started", async () => {
  const [run] = await runs([event()], { line: "sleep 60 & sleep 60", timeoutMs: 100 });
  expect(run).toMatchObject({ exitCode: null, timedOut: true });
  expect(run?.durationMs).toBeLessThan(60_000);
  expect(run?.durationMs).toBe(Number(run?.durationMs.toFixed(2)));
});

test("only so many run at once, and only so many wait", async () => {
  const events = Array.from({ length: 6 }, (_, at) => event({ identity: `e${at}` }));
  const done = await runs(events, { line: "sleep 0.05", parallel: 2, waiting: 3 });
  expect(done.filter((run) => run.exitCode === 0)).toHaveLength(5);
  expect(done.filter((run) => run.error?.startsWith("skipped"))).toHaveLength(1);
});

test("a listener runs it for verified events alone, and writes its exit code down", async () => {
  const body = '{"id":"evt_1"}';
  const listening = await startListening({
    command: {
      line: "cat >/dev/null; exit 3",
      env: { PATH: process.env["PATH"] },
      cwd: "/",
      timeoutMs: 5000,
      parallel: 1,
      waiting: 10,
      kill: (group) => process.kill(group, "SIGKILL"),
    },
  });
  await fetch(listening.url, { method: "POST", body, headers: { "X-Acme-Signature": signed("other") } });
  for (let at = 0; at < 2; at++)
    await fetch(listening.url, { method: "POST", body, headers: { "X-Acme-Signature": signed(body) } });
  expect(await listening.until("command")).toMatchObject({ exitCode: 3, eventId: "evt_1" });
  await listening.stop();
  expect(listening.events.filter((one) => one.type === "command")).toHaveLength(1);
  expect(listening.lines.filter((line) => line.includes('"type":"command"'))).toHaveLength(1);
});
