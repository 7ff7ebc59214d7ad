import { spawn, spawnSync } from "node:child_process";
import { accessSync, constants, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { delimiter, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { temporaryFolder } from "./run.ts";

/** A server for a single test, which may stop and restart it. */
export interface OwnServer {
  readonly url: string;
  /** Stops the server and waits until its process has exited. */
  stop(): Promise<void>;
  /** Starts it again on the same port with its data on disk. */
  start(): Promise<void>;
  /** Stops it for good and removes its data. */
  remove(): Promise<void>;
}

/**
 * A redis-server that `stop` kills like a crash, with every acknowledged write on disk; undefined if redis-server isn't
 * installed.
 */
export const startRedis = async (): Promise<OwnServer | undefined> => {
  const binary = onPath("redis-server");
  if (binary === undefined) return undefined;
  const port = await freePort();
  const args = ["--port", String(port), "--bind", "127.0.0.1", "--save", ""];
  return running({
    url: `redis://127.0.0.1:${port}/0`,
    port,
    seconds: 20,
    launch: (folder) => {
      const child = spawn(binary, [...args, "--dir", folder, "--appendonly", "yes", "--appendfsync", "always"], {
        stdio: "ignore",
      });
      return { pid: () => child.pid, end: "SIGKILL" };
    },
  });
};

/**
 * A RabbitMQ that `stop` shuts down cleanly, with everything it accepted on disk. Undefined if it can't be started.
 * Startup takes ten seconds or more.
 */
export const startRabbit = async (): Promise<OwnServer | undefined> => {
  const binary = rabbitScript();
  if (binary === undefined) return undefined;
  const [port, dist] = [await freePort(), await freePort()];
  return running({
    url: `amqp://guest:guest@127.0.0.1:${port}`,
    port,
    seconds: 90,
    launch: (folder) => {
      const pidFile = join(folder, "pid");
      rmSync(pidFile, { force: true });
      writeFileSync(join(folder, "rabbitmq.conf"), `listeners.tcp.1 = 127.0.0.1:${port}\n`);
      spawn(binary, [], {
        stdio: "ignore",
        env: {
          PATH: process.env["PATH"],
          HOME: folder,
          RABBITMQ_NODENAME: `hp${port}@localhost`,
          RABBITMQ_CONFIG_FILE: join(folder, "rabbitmq"),
          RABBITMQ_CONF_ENV_FILE: "/dev/null",
          RABBITMQ_DIST_PORT: String(dist),
          RABBITMQ_MNESIA_BASE: folder,
          RABBITMQ_LOG_BASE: folder,
          RABBITMQ_PID_FILE: pidFile,
          RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, "plugins"),
          ERL_EPMD_ADDRESS: "127.0.0.1",
        },
      }).on("error", () => undefined);
      // The broker is a grandchild of the script, so its pid is read from its pid file.
      return { pid: () => numberIn(pidFile), end: "SIGTERM" };
    },
  });
};

/** An nginx in front of another server; undefined where there is none. @param upstream `127.0.0.1:3000` */
export const startNginx = async (upstream: string): Promise<OwnServer | undefined> => {
  const binary = onPath("nginx");
  if (binary === undefined) return undefined;
  const port = await freePort();
  return running({
    url: `http://127.0.0.1:${port}`,
    port,
    seconds: 20,
    launch: (folder) => {
      const file = join(folder, "nginx.conf");
      const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map((name) => `${name}_temp_path ${join(folder, name)};`)
        .join(" ");
      // As packages configure it, except for the maximum body size, which the docs tell users to set.
      writeFileSync(
        file,
        `daemon off; pid ${join(folder, "pid")}; error_log ${join(folder, "error.log")}; events {}
http { access_log off; ${temporary} client_max_body_size 5m;
  server { listen 127.0.0.1:${port}; location / { proxy_pass http://${upstream}; proxy_set_header Host $host; } } }\n`,
      );
      const child = spawn(binary, ["-c", file, "-e", join(folder, "start.log")], { stdio: "ignore" });
      return { pid: () => child.pid, end: "SIGTERM" };
    },
  });
};

/**
 * A Flask application on Flask's own server; undefined if Flask isn't installed. @param app Python that defines `app`
 */
export const startFlask = async (
  app: string,
  env: Readonly<Record<string, string>>,
): Promise<OwnServer | undefined> => {
  const binary = onPath("python3");
  if (binary === undefined || spawnSync(binary, ["-c", "import flask"], { stdio: "ignore" }).status !== 0)
    return undefined;
  const port = await freePort();
  return running({
    url: `http://127.0.0.1:${port}`,
    port,
    seconds: 30,
    launch: (folder) => {
      writeFileSync(join(folder, "app.py"), `${app}\napp.run(host="127.0.0.1", port=${port}, threaded=True)\n`);
      const child = spawn(binary, ["app.py"], { cwd: folder, stdio: "ignore", env: { ...process.env, ...env } });
      return { pid: () => child.pid, end: "SIGTERM" };
    },
  });
};

interface Launched {
  /** The server's process id, once known. */
  readonly pid: () => number | undefined;
  readonly end: "SIGTERM" | "SIGKILL";
}

/** Starts a server; undefined if it doesn't come up within `seconds`. */
const running = async (what: {
  readonly url: string;
  readonly port: number;
  readonly seconds: number;
  readonly launch: (folder: string) => Launched;
}): Promise<OwnServer | undefined> => {
  const folder = temporaryFolder("hookproof-server-");
  let server: Launched | undefined;
  const kill = (signal: NodeJS.Signals): number | undefined => {
    const pid = server?.pid();
    if (pid !== undefined && isThere(pid)) process.kill(pid, signal);
    return pid;
  };
  const stop = async (): Promise<void> => {
    if (server === undefined) return;
    const pid = kill(server.end);
    while (pid !== undefined && isThere(pid)) await delay(20);
    server = undefined;
  };
  const start = async (): Promise<void> => {
    server = what.launch(folder);
    for (const until = Date.now() + what.seconds * 1000; !(await answers(what.port)); await delay(50))
      if (Date.now() > until) throw new Error(`no server at ${what.port} after ${what.seconds} s`);
  };
  const remove = async (): Promise<void> => {
    await stop();
    rmSync(folder, { recursive: true, force: true });
  };
  const leave = (): void => {
    if (server === undefined) return;
    kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  };
  // Vitest ends a worker by a signal or by disconnecting from it.
  process.once("exit", leave).once("disconnect", leave);
  process.once("SIGTERM", () => {
    leave();
    process.exit(143);
  });
  try {
    await start();
  } catch {
    await remove();
    return undefined;
  }
  return { url: what.url, stop, start, remove };
};

const freePort = async (): Promise<number> => {
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

/** Whether a process is running; a zombie is not. */
const isThere = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return true;
  }
};

const numberIn = (path: string): number | undefined => {
  try {
    return Number(readFileSync(path, "utf8")) || undefined;
  } catch {
    return undefined;
  }
};

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** The path of a program on the PATH; undefined if there is none. */
export const onPath = (name: string): string | undefined =>
  [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"]
    .map((folder) => join(folder, name))
    .find(isProgram);

/** The script in /usr/sbin switches users, so use the script it calls, which accepts our folders. */
const rabbitScript = (): string | undefined => {
  const home = "/usr/lib/rabbitmq/lib";
  try {
    return readdirSync(home)
      .map((version) => join(home, version, "sbin/rabbitmq-server"))
      .find(isProgram);
  } catch {
    return undefined;
  }
};
