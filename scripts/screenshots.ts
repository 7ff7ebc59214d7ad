// Makes docs/images/inspector-*.png from the built program, for light and dark pages: npm run build && npx tsx
// scripts/screenshots.ts (needs Debian's chromium and pngquant)
import { execFileSync, spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { browserProgram } from "../test/support/browser.ts";
import { bin, run, temporaryFolder } from "../test/support/run.ts";

const images = fileURLToPath(new URL("../docs/images/", import.meta.url));
const secrets = { "10x": "correct-horse", stripe: "whsec_screenshots", github: "octopus" } as const;
const home = temporaryFolder();
const env = { HOOKPROOF_HOME: home, WEBHOOK_SECRET: secrets["10x"] };

/** Stands in for an Express application that parses bodies before verifying them. */
const application = createServer((request, response) => {
  request.resume();
  request.on("end", () => {
    const status = refuses ? 401 : 200;
    const text = refuses ? "invalid signature\n" : "ok\n";
    setTimeout(
      () => response.writeHead(status, { "X-Powered-By": "Express", "Content-Type": "text/plain" }).end(text),
      4 + (((request.headers["content-length"]?.length ?? 0) * 17) % 40),
    );
  });
});
let refuses = false;

/** Starts a command that serves the page. */
const serve = async (argv: readonly string[]) => {
  const child = spawn(process.execPath, [bin, ...argv, "--ui-port", "0"], {
    cwd: home,
    env: { ...process.env, ...env, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  return new Promise<{ readonly url: string; readonly page: string; readonly stop: () => void }>((resolve) => {
    child.stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const page = /http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]+/.exec(text)?.[0];
      const url = /Listening on (http:\S+)/.exec(text)?.[1] ?? "";
      if (page !== undefined) resolve({ url, page, stop: () => void child.kill() });
    });
  });
};

/** An hour of traffic, made from the captured requests of platforms that don't sign a timestamp. */
const anHour = (capture: string): string => {
  const lines = capture.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line)]));
  const requests = lines.filter(({ type, provider }) => type === "request" && provider !== "stripe");
  const start = Date.now() - 60 * 60_000;
  return Array.from({ length: 900 }, (_, index) => {
    const wave = index + 6 * Math.sin(index / 40);
    const request = requests[(index * 7 + (index % 3)) % (requests.length - (index % 17 === 0 ? 0 : 1))];
    const id = `req_hour_${index}`;
    const body = request.body.data.replaceAll(request.eventId, `${request.eventId}${index}`);
    const receivedAt = new Date(start + wave * 4000).toISOString();
    const status = request.verdict.valid ? (index % 61 === 0 ? 503 : 200) : 401;
    const durationMs = 6 + ((index * 37) % 41) + (index % 23 === 0 ? 140 : 0);
    return [
      {
        ...request,
        id,
        receivedAt,
        body: request.provider === "github" ? request.body : { ...request.body, data: body },
      },
      { type: "response", requestId: id, status, kind: "forwarded", durationMs, sent: true },
    ];
  })
    .flat()
    .map((line) => `${JSON.stringify(line)}\n`)
    .join("");
};

const send = async (url: string, provider: keyof typeof secrets, event: string, ...more: readonly string[]) => {
  const secret = provider === "10x" ? "env:WEBHOOK_SECRET" : `store:${provider}`;
  await run(["send", `${url}hooks`, "-p", provider, "--secret", secret, "--event", event, "--retry", "none", ...more], {
    env,
  });
};

for (const [name, secret] of Object.entries(secrets)) await run(["secret", "set", name], { env, stdin: secret });
await new Promise<void>((resolve) => application.listen(0, "127.0.0.1", resolve));
const target = `http://127.0.0.1:${(application.address() as AddressInfo).port}`;
const server = await serve(["listen", "--ui", "--forward-to", target]);

await send(server.url, "stripe", "customer.created");
await send(server.url, "stripe", "payment_intent.succeeded");
await send(server.url, "github", "push");
await send(server.url, "10x", "link.clicked");
await send(server.url, "stripe", "invoice.paid");
await send(server.url, "github", "pull_request");
await send(server.url, "github", "issues");
await send(server.url, "stripe", "customer.subscription.updated");
await send(server.url, "stripe", "charge.refunded");
await send(server.url, "10x", "webhook.test");
refuses = true;
await send(server.url, "10x", "link.clicked", "--tamper", "reserialize");

const browser = await chromium.launch({ executablePath: browserProgram().path, args: ["--no-sandbox"] });
const sizes = [
  [390, 844],
  [1280, 900],
  [1920, 1080],
] as const;
const write = (name: string, picture: Buffer): void => {
  execFileSync("pngquant", ["--force", "--speed", "1", "--strip", "-o", `${images}${name}.png`, "64", "-"], {
    input: picture,
  });
};
for (const [width, height] of sizes) {
  for (const colorScheme of ["light", "dark"] as const) {
    const page = await browser.newPage({ viewport: { width, height }, colorScheme });
    const end = colorScheme === "dark" ? "-dark" : "";
    await page.goto(server.page);
    await page.locator(".row").nth(10).waitFor();
    if (width === 390) write(`inspector-list-${width}${end}`, await page.screenshot());
    await page.locator(".row").first().click();
    await page.locator(".places").waitFor();
    write(`inspector-${width}${end}`, await page.screenshot());
    await page.close();
  }
}
server.stop();

writeFileSync(join(home, "hour.ndjson"), anHour(readFileSync(join(home, "data", "captures.ndjson"), "utf8")));
const hour = await serve(["inspect", "hour.ndjson"]);
for (const colorScheme of ["light", "dark"] as const) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme });
  await page.goto(hour.page);
  await page.getByRole("button", { name: "Charts" }).click();
  await page.locator(".chart").first().waitFor();
  write(`inspector-charts${colorScheme === "dark" ? "-dark" : ""}`, await page.screenshot());
  await page.close();
}
hour.stop();
await browser.close();
application.close();
