import { connect as connectAmqp } from "amqplib";
import { Redis } from "ioredis";
import { randomBytes } from "node:crypto";
import { startRedis } from "./own-servers.ts";

/** A server for tests, or why there is none. */
export type Service = { readonly url: string; readonly skip: null } | { readonly url: null; readonly skip: string };

/** The environment that the AWS SDK needs to talk to a test server. */
export const awsEnv = {
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
  AWS_REGION: "us-east-1",
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
};

/** A name that no other test uses, in this run or a concurrent one. */
export const uniqueName = (of: string): string => `hp-${of}-${randomBytes(6).toString("hex")}`;

/**
 * A Redis to test against: the one named in the environment, one on the default port, or one started for this process.
 */
export const redisService = async (): Promise<Service> => {
  const named = process.env["HOOKPROOF_TEST_REDIS_URL"] ?? "";
  if (named !== "") return (await speaksRedis(named)) ? { url: named, skip: null } : absent("Redis", named);
  const usual = "redis://127.0.0.1:6379/0";
  if (await speaksRedis(usual)) return { url: usual, skip: null };
  const own = await startRedis();
  return own === undefined ? { url: null, skip: "no Redis here" } : { url: own.url, skip: null };
};

/**
 * A RabbitMQ to test against: the one named in the environment, or one on the default port. `.ci/services` can start
 * one on another port.
 */
export const amqpService = async (): Promise<Service> => {
  const named = process.env["HOOKPROOF_TEST_AMQP_URL"] ?? "";
  if (named !== "") return (await speaksAmqp(named)) ? { url: named, skip: null } : absent("RabbitMQ", named);
  const usual = "amqp://guest:guest@127.0.0.1:5672";
  return (await speaksAmqp(usual)) ? { url: usual, skip: null } : { url: null, skip: "no RabbitMQ here" };
};

const absent = (what: string, url: string): Service => ({
  url: null,
  skip: `no ${what} at ${new URL(url).host}`,
});

/** Whether a usable Redis is there: one that accepts our login and is recent enough. */
const speaksRedis = async (url: string): Promise<boolean> => {
  const client = new Redis(url, { protocol: 2, lazyConnect: true, retryStrategy: () => null, commandTimeout: 3000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    const [, major = "0", minor = "0"] = /redis_version:(\d+)\.(\d+)/.exec(await client.info("server")) ?? [];
    return Number(major) * 100 + Number(minor) >= 602;
  } catch {
    return false;
  } finally {
    client.disconnect();
  }
};

const speaksAmqp = async (url: string): Promise<boolean> => {
  try {
    const connection = await connectAmqp(url, { timeout: 3000 });
    await connection.close();
    return true;
  } catch {
    return false;
  }
};
