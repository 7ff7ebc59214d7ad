import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { accessSync, constants } from "node:fs";
import { connect, createServer } from "node:net";
import { delimiter, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { temporaryFolder } from "./run.ts";

/** A server for tests, or why there is none. */
export type Service = { readonly url: string; readonly skip: null } | { readonly url: null; readonly skip: string };

/** What the AWS SDK wants to be told before it speaks to a server of the tests'. */
export const awsEnv = {
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
  AWS_REGION: "us-east-1",
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
};

/** A name that no other test has. */
export const uniqueName = (of: string): string => `hp-${of}-${randomBytes(6).toString("hex")}`;

/** A Redis to test against: the one named, one at the usual port, or one started for this process. */
export const redisService = async (): Promise<Service> => {
  const named = process.env["HOOKPROOF_TEST_REDIS_URL"] ?? "";
  if (named !== "") return { url: named, skip: null };
  if (await answers(6379)) return { url: "redis://127.0.0.1:6379/0", skip: null };
  const own = await startRedis();
  return own === undefined ? { url: null, skip: "no Redis here" } : { url: own.url, skip: null };
};

/** A RabbitMQ to test against: the one named, or one at the usual port. `.ci/services` starts one elsewhere. */
export const amqpService = async (): Promise<Service> => {
  const named = process.env["HOOKPROOF_TEST_AMQP_URL"] ?? "";
  if (named !== "") return { url: named, skip: null };
  if (await answers(5672)) return { url: "amqp://guest:guest@127.0.0.1:5672", skip: null };
  return { url: null, skip: "no RabbitMQ here" };
};

export interface OwnRedis {
  readonly url: string;
  readonly port: number;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
  /** Starts it again on the same port with what it had on disk. */
  start(): Promise<void>;
}

/** A redis-server of the test's own, which keeps on disk what it has answered; undefined where there is none to start. */
export const startRedis = async (): Promise<OwnRedis | undefined> => {
  const binary = onPath("redis-server");
  if (binary === undefined) return undefined;
  const port = await freePort();
  const folder = temporaryFolder("hookproof-redis-");
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const args = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder];
    child = spawn(binary, [...args, "--appendonly", "yes", "--appendfsync", "always"], { stdio: "ignore" });
    for (let waited = 0; !(await answers(port)); waited += 20) {
      if (waited > 10_000) throw new Error("redis-server does not start");
      await delay(20);
    }
  };
  const kill = async (): Promise<void> => {
    const running = child;
    child = undefined;
    if (running === undefined || running.exitCode !== null) return;
    const gone = new Promise((resolve) => running.once("exit", resolve));
    running.kill("SIGKILL");
    await gone;
  };
  process.once("exit", () => child?.kill("SIGKILL"));
  await start();
  return { url: `redis://127.0.0.1:${port}/0`, port, kill, start };
};

export const freePort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
};

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    const done = (yes: boolean) => (): void => {
      socket.destroy();
      resolve(yes);
    };
    socket.setTimeout(1000, done(false)).once("connect", done(true)).once("error", done(false));
  });

const onPath = (name: string): string | undefined =>
  [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"]
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
