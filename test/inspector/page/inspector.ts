import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { connect, createServer } from "node:net";
import type { Socket } from "node:net";
import { onTestFinished } from "vitest";
import type { Browser, Page } from "playwright-core";
import { bin, temporaryFolder } from "../../support/run.ts";

export const secret = "topsecret";

/** A command with its page, as a process of its own. */
export interface Listening {
  /** Where webhooks go; empty where nothing listens. */
  readonly url: string;
  /** The address of the page, with its token. */
  readonly page: string;
  readonly process: ChildProcess;
  /** Ends it, as Ctrl-C does. */
  stop(): Promise<void>;
}

/** Starts the built program as a listener with its page. */
export const listen = (argv: readonly string[] = [], home: string = temporaryFolder()): Promise<Listening> =>
  serve(["listen", "--port", "0", "--ui", ...(argv.includes("--ui-port") ? [] : ["--ui-port", "0"]), ...argv], home);

/** Starts a command of the built program that serves the page. */
export const serve = async (argv: readonly string[], home: string): Promise<Listening> => {
  const child = spawn(process.execPath, [bin, ...argv, "-p", "10x", "--secret", secret], {
    cwd: home,
    env: { PATH: process.env["PATH"], HOOKPROOF_HOME: home, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let text = "";
  const [url, page] = await new Promise<readonly [string, string]>((resolve, reject) => {
    const look = (chunk: Buffer): void => {
      text += chunk.toString();
      const page = /http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]+/.exec(text)?.[0];
      if (page !== undefined) resolve([/Listening on (http:\S+)/.exec(text)?.[1] ?? "", page]);
    };
    child.stdout.on("data", look);
    child.stderr.on("data", look);
    child.once("close", (code) => reject(new Error(`it ended with ${code}: ${text}`)));
  });
  return {
    url,
    page,
    process: child,
    stop: async () => {
      if (child.exitCode !== null) return;
      child.kill("SIGINT");
      await once(child, "close");
    },
  };
};

const agent = new Agent({ keepAlive: true, maxSockets: 20 });

interface Webhook {
  readonly body?: string | Buffer;
  /** What is signed, where that is another text. */
  readonly signed?: string;
  readonly id?: string;
  readonly type?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Delivers a webhook of 10x. @returns its status */
export const deliver = async ({ url }: Pick<Listening, "url">, webhook: Webhook = {}): Promise<number> => {
  const body =
    webhook.body ??
    JSON.stringify({ id: webhook.id ?? "evt_1", type: webhook.type ?? "link.clicked", payload: { n: 1 } });
  const signature = createHmac("sha256", secret)
    .update(webhook.signed ?? body)
    .digest("hex");
  return new Promise((resolve, reject) => {
    const sent = request(
      new URL(webhook.path ?? "/hooks", url),
      {
        method: "POST",
        agent,
        headers: {
          "Content-Type": "application/json",
          "x-arjun-event-type": webhook.type ?? "link.clicked",
          "x-arjun-signature": `sha256=${signature}`,
          ...webhook.headers,
          "Content-Length": Buffer.byteLength(body),
        },
      },
      (response) => {
        response.resume();
        response.once("end", () => resolve(response.statusCode ?? 0));
      },
    );
    sent.once("error", reject);
    sent.end(body);
  });
};

/** A cable to the page's server that can be cut. */
export const cable = async (
  address: string,
): Promise<{ readonly page: string; readonly cut: () => void; readonly mend: () => void }> => {
  const { port } = new URL(address);
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((socket) => {
    if (isCut) return void socket.destroy();
    const upstream = connect(Number(port), "127.0.0.1");
    for (const [one, other] of [
      [socket, upstream],
      [upstream, socket],
    ] as const) {
      sockets.add(one);
      one.on("error", () => undefined);
      one.on("close", () => (sockets.delete(one), other.destroy()));
    }
    // The server goes by its own name, as it should.
    socket.on("data", (chunk) => {
      upstream.write(chunk.toString("latin1").replaceAll(`127.0.0.1:${own}`, `127.0.0.1:${port}`), "latin1");
    });
    upstream.pipe(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const bound = server.address();
  const own = typeof bound === "object" && bound !== null ? bound.port : 0;
  const drop = (): void => {
    for (const one of sockets) one.destroy();
  };
  onTestFinished(() => {
    server.close();
    drop();
  });
  return {
    page: address.replace(port, String(own)),
    cut: () => {
      isCut = true;
      drop();
    },
    mend: () => {
      isCut = false;
    },
  };
};

/** Opens an address in a browser of its own; whatever the page complains of fails the test. */
export const open = async (
  browser: Browser,
  address: string,
  options: Parameters<Browser["newPage"]>[0] = {},
): Promise<Page> => {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, ...options });
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("dialog", (dialog) => {
    complaints.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("console", (message) => {
    // A browser reports every refused or failed request; whether that is right is the tests' matter.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
      complaints.push(message.text());
  });
  page.on("request", (one) => {
    if (new URL(one.url()).host !== new URL(address).host && !one.url().startsWith("data:")) complaints.push(one.url());
  });
  onTestFinished(async () => {
    await page.close();
    if (complaints.length > 0) throw new Error(complaints.join("\n"));
  });
  await page.goto(address);
  return page;
};
