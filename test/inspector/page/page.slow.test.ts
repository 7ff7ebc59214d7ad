import { readFileSync, renameSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { browserProgram } from "../../support/browser.ts";
import { temporaryFolder } from "../../support/run.ts";
import { named } from "../../support/skipped.ts";
import { cable, deliver, listen, open, serve } from "./inspector.ts";

const program = browserProgram();

const rowsOf = (page: Page) => page.locator(".row");
const shownTypes = (page: Page): Promise<readonly string[]> => page.locator(".row .type").allInnerTexts();

/** Waits until the list says how many requests it holds. */
const holds = (page: Page, text: string): Promise<void> => page.locator(".foot").getByText(text).first().waitFor();

/** An application that keeps what it gets. */
const application = async (status = 200) => {
  const got: { readonly headers: Readonly<Record<string, unknown>>; readonly body: string }[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      got.push({ headers: request.headers, body });
      response.writeHead(status, { "Content-Type": "text/plain", "X-Powered-By": "Express" }).end("thanks");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, got };
};

describe.skipIf(program.skip !== null)(named("the inspector's page in Chromium", program.skip), () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: program.path, args: ["--no-sandbox"] });
  });
  afterAll(() => browser.close());

  test("before the first request it shows the address and the commands that make one appear", async () => {
    const server = await listen();
    const page = await open(browser, server.page);
    await page.getByRole("heading", { name: "Waiting for the first webhook" }).waitFor();
    const commands = await page.locator(".empty pre").allInnerTexts();
    expect(commands[0]).toBe(server.url);
    expect(commands.join("\n")).toContain("curl");
    expect(commands.join("\n")).toContain("hookproof send");
    await deliver(server);
    await rowsOf(page).first().waitFor();
    expect(page.url()).not.toContain("token");
  });

  test("10,000 requests stay a list of which few rows are in the page, and a new one is on top", async () => {
    const server = await listen(["--quiet"]);
    for (let sent = 0; sent < 10_000; sent += 20)
      await Promise.all(Array.from({ length: 20 }, (_, index) => deliver(server, { id: `evt_${sent + index}` })));
    const page = await open(browser, server.page);
    await holds(page, "10,000 requests");
    expect(await rowsOf(page).count()).toBeLessThan(60);
    await deliver(server, { id: "evt_new", type: "link.created" });
    await holds(page, "10,001 requests");
    await expect.poll(async () => (await shownTypes(page))[0]).toBe("link.created");
    await page.evaluate("document.querySelector('.rows').scrollTop = 1e9");
    await page.locator('.rows li[aria-posinset="10001"]').waitFor();
  });

  test("new requests do not move what is being read, and a pause holds them back", async () => {
    const server = await listen(["--quiet"]);
    for (let sent = 0; sent < 40; sent++) await deliver(server, { id: `evt_${sent}`, type: `type.n${sent}` });
    const page = await open(browser, server.page);
    await holds(page, "40 requests");
    await page.locator(".row", { hasText: "type.n35" }).click();
    const place = () => page.locator(".row", { hasText: "type.n35" }).boundingBox();
    const before = await place();
    for (let sent = 40; sent < 45; sent++) await deliver(server, { id: `evt_${sent}`, type: `type.n${sent}` });
    await page.getByRole("button", { name: "5 new" }).waitFor();
    await expect.poll(place).toEqual(before);
    await page.locator(".detail .facts", { hasText: "type.n35" }).waitFor();
    await page.getByRole("button", { name: "5 new" }).click();
    await expect.poll(async () => (await shownTypes(page))[0]).toBe("type.n44");

    await page.getByRole("button", { name: "Pause" }).click();
    await deliver(server, { id: "evt_45", type: "type.n45" });
    await holds(page, "1 waiting");
    await expect.poll(async () => (await shownTypes(page))[0]).toBe("type.n44");
    await page.getByRole("button", { name: "Resume" }).click();
    await page.locator(".row", { hasText: "type.n45" }).waitFor();
  });

  test("the filter narrows the list, the address keeps it and the selection, and a reload shows the same", async () => {
    const server = await listen(["--quiet", "--respond", "seq:200,500"]);
    await deliver(server, { id: "evt_1", type: "invoice.paid" });
    await deliver(server, { id: "evt_2", type: "invoice.failed" });
    await deliver(server, { id: "evt_3", type: "customer.created", signed: "other" });
    const page = await open(browser, server.page);
    await holds(page, "3 requests");
    await page.getByLabel("Filter requests").fill("type:invoice.* is:failed");
    await holds(page, "1 of 3 requests");
    await expect.poll(() => shownTypes(page)).toEqual(["invoice.failed"]);
    await rowsOf(page).first().click();
    const address = new URL(page.url());
    expect(address.searchParams.get("filter")).toBe("type:invoice.* is:failed");
    await page.reload();
    await holds(page, "1 of 3 requests");
    await page.locator(".detail .facts", { hasText: "invoice.failed" }).waitFor();
    await page.getByLabel("Filter requests").fill("");
    await page.getByRole("button", { name: "is:invalid" }).click();
    await holds(page, "1 of 3 requests");
    await expect.poll(() => shownTypes(page)).toEqual(["customer.created"]);
  });

  test("an invalid signature is explained: the sentence, the proof, the bytes in the body and the fix", async () => {
    const server = await listen();
    const signed = '{"id":"evt_9","type":"link.clicked","payload":{"rate":1.0,"n":2}}';
    await deliver(server, { body: signed.replace("1.0", "1"), signed });
    const page = await open(browser, server.page);
    const verdict = page.getByRole("region", { name: "Verdict" });
    await verdict.getByText("proved").waitFor();
    expect(await verdict.locator(".pill").allTextContents()).toEqual(
      expect.arrayContaining(["✗ invalid", "body-numbers", "proved"]),
    );
    const marks = page.locator(".body mark");
    await marks.first().waitFor();
    const at = await page.locator(".places tbody th").first().innerText();
    expect(Math.abs(Number(at) - signed.indexOf("1.0"))).toBeLessThan(3);
    await verdict.getByRole("combobox").selectOption("Flask");
    expect(await verdict.locator(".copyable pre").innerText()).toContain("request.get_data()");
    await page.reload();
    await verdict.getByRole("combobox").waitFor();
    expect(await verdict.getByRole("combobox").inputValue()).toBe("Flask");
    await page.getByRole("button", { name: "hex", exact: true }).click();
    await page.locator(".hex mark").first().waitFor();
  });

  test("the attempts of an event stand on a line with what the platform does next", async () => {
    const server = await listen(["--respond", "500"]);
    await deliver(server, { id: "evt_7" });
    await deliver(server, { id: "evt_7", headers: { "x-arjun-attempt": "2" } });
    const page = await open(browser, server.page);
    const attempts = page.getByRole("region", { name: "Attempts" });
    await attempts.getByText("attempt 2").first().waitFor();
    expect(await attempts.locator(".stop b").allInnerTexts()).toEqual(["500", "500", "due"]);
    expect(await attempts.innerText()).toContain("The platform retries (attempt 3");
    await attempts.locator(".stop").first().click();
    await attempts.locator('.stop[aria-current="true"]', { hasText: "attempt 1" }).waitFor();
  });

  test("two requests are compared: headers side by side, and the bytes that differ", async () => {
    const server = await listen();
    await deliver(server, { body: '{"id":"evt_1","n":1}' });
    await deliver(server, { body: '{"id":"evt_1","n":22}', headers: { "X-Extra": "yes" } });
    const page = await open(browser, server.page);
    await rowsOf(page).first().waitFor();
    await page.keyboard.press("d");
    await page.getByText(/bodies differ in 1 place/).waitFor();
    expect(await page.getByRole("tablist").evaluate((tabs) => tabs.getBoundingClientRect().top)).toBeLessThan(200);
    expect(await page.locator(".sides").innerText()).toContain("X-Extra");
    expect(await page.locator(".two mark").allInnerTexts()).toEqual(["1", "22"]);
    await page.getByRole("combobox", { name: "Compare with" }).selectOption("pasted");
    await page.getByLabel("Another body").fill('{"id":"evt_1","n":22}');
    await page.getByText("bodies are identical").waitFor();
  });

  test("a resend shows what will change, is re-signed, and is linked to its original", async () => {
    const app = await application();
    const server = await listen();
    await deliver(server, { body: '{"id":"evt_1","type":"link.clicked","n":1}' });
    const page = await open(browser, server.page);
    await rowsOf(page).first().waitFor();
    await page.keyboard.press("r");
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("To", { exact: true }).fill(app.url);
    await dialog.getByRole("button", { name: "Edit the body" }).click();
    await dialog.getByLabel("Body", { exact: true }).fill('{"id":"evt_1","type":"link.clicked","n":2}');
    await dialog.getByText("signed again").waitFor();
    await dialog
      .locator(".sides")
      .getByText(/signature/i)
      .first()
      .waitFor();
    expect(app.got).toEqual([]);
    await dialog.getByRole("button", { name: "Send" }).click();
    await dialog.getByText("Sent 1 request").waitFor();
    const [got] = app.got;
    expect(got?.body).toContain('"n":2');
    await dialog.getByRole("button", { name: "Show" }).click();
    await page.getByRole("region", { name: "Verdict" }).getByText("✓ valid").waitFor();
    await page.getByRole("button", { name: "resent from this request" }).waitFor();
  });

  test("the response script is changed while it runs, and reset", async () => {
    const server = await listen(["--respond", "201"]);
    await deliver(server);
    const page = await open(browser, server.page);
    await page.getByRole("button", { name: "Responds 201" }).click();
    await page.getByLabel("Response script").fill("nonsense");
    await page.getByRole("button", { name: "Apply" }).click();
    await page.getByRole("dialog").locator(".bad.tone").waitFor();
    await page.getByLabel("Response script").fill("503");
    await page.getByRole("button", { name: "Apply" }).click();
    await page.getByRole("button", { name: "Responds 503" }).waitFor();
    expect(await deliver(server, { id: "evt_2" })).toBe(503);
    await page.getByRole("button", { name: "Responds 503" }).click();
    await page.getByRole("button", { name: "Back to 201" }).click();
    await page.getByRole("button", { name: "Responds 201" }).waitFor();
    expect(await deliver(server, { id: "evt_3" })).toBe(201);
  });

  test("a request goes into the dead-letter queue and is replayed from it", async () => {
    const app = await application();
    const server = await listen(["--respond", "401"]);
    await deliver(server);
    const page = await open(browser, server.page);
    for (const width of [390, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      await rowsOf(page).first().click();
      await page.getByRole("button", { name: "More" }).click();
      const box = await page.locator(".menu").boundingBox();
      expect(box?.width).toBeLessThan(300);
      expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(width);
      await page.keyboard.press("Escape");
    }
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("button", { name: "Add to the dead-letter queue" }).click();
    await page.getByText(/^Add to the dead-letter queue \(/).waitFor();
    await page.getByRole("button", { name: "Queue" }).click();
    await page.getByLabel("Replay to").fill(app.url);
    await page.getByRole("button", { name: "Replay all" }).click();
    await page.getByText("1 delivered").waitFor();
    expect(app.got).toHaveLength(1);
  });

  test("when hookproof stops the page says so and stays readable; it goes on when it is back, without doubles", async () => {
    const home = temporaryFolder();
    const ports = ["--quiet", "--capture", `${home}/capture.ndjson`];
    const first = await listen(ports, home);
    const at = ["--port", new URL(first.url).port, "--ui-port", new URL(first.page).port];
    await deliver(first, { id: "evt_1", type: "link.before" });
    const page = await open(browser, first.page);
    await rowsOf(page).first().waitFor();
    await first.stop();
    await page.getByText("hookproof has stopped").waitFor();
    await page.locator(".detail .facts", { hasText: "link.before" }).waitFor();
    const second = await listen([...ports, ...at], home);
    await deliver(second, { id: "evt_2", type: "link.after" });
    await page.locator(".row", { hasText: "link.after" }).waitFor();
    const types = await shownTypes(page);
    expect(types.filter((type) => type === "link.after")).toHaveLength(1);
    expect(types.filter((type) => type === "link.before").length).toBeLessThan(2);
    await page.getByText("live", { exact: true }).waitFor();
  });

  test("a broken connection resumes where it was, without loss or duplicates", async () => {
    const server = await listen(["--quiet"]);
    await deliver(server, { id: "evt_0", type: "type.n0" });
    const line = await cable(server.page);
    const page = await open(browser, line.page);
    await holds(page, "1 request");
    line.cut();
    await page.getByRole("alert").getByText("hookproof is not responding").waitFor();
    for (let sent = 1; sent <= 20; sent++) await deliver(server, { id: `evt_${sent}`, type: `type.n${sent}` });
    line.mend();
    await holds(page, "21 requests");
    expect(new Set(await shownTypes(page)).size).toBe(await rowsOf(page).count());
  });

  test("whatever a sender writes is text: in a header, the body, the event type and its id", async () => {
    const server = await listen();
    const evil = '<img src=x onerror="alert(1)"><script>alert(2)</script>';
    await deliver(server, {
      body: JSON.stringify({ id: evil, type: evil, payload: { [evil]: `${evil}\u202E\u0000` } }),
      headers: { "x-arjun-event-type": evil, "X-Note": evil },
      path: `/hooks?x=${encodeURIComponent(evil)}`,
    });
    const page = await open(browser, server.page);
    await rowsOf(page).first().click();
    await page.locator(".body").getByText("onerror").first().waitFor();
    for (const name of ["Response", "Compare", "Raw", "Request"]) await page.getByRole("tab", { name }).click();
    await page.getByRole("button", { name: "raw", exact: true }).click();
    await page.getByRole("button", { name: "hex", exact: true }).click();
    await page.getByRole("button", { name: "Charts" }).click();
    await page.getByText("By event type").waitFor();
    expect(await page.locator("img, script:not([src])").count()).toBe(0);
  });

  test("a file's name is text, and what is stored can be looked at without a listener", async () => {
    const home = temporaryFolder();
    const server = await listen(["--quiet", "--capture", `${home}/capture.ndjson`], home);
    await deliver(server, { type: "link.stored" });
    await server.stop();
    const name = '<img src=x onerror="alert(1)">.ndjson';
    renameSync(`${home}/capture.ndjson`, `${home}/${name}`);
    const page = await open(browser, (await serve(["inspect", name, "--ui-port", "0"], home)).page);
    await page.locator(".row", { hasText: "link.stored" }).waitFor();
    expect(await page.locator(".address").innerText()).toContain("onerror");
    expect(await page.locator("img").count()).toBe(0);
  });

  test("binary bodies are shown as hex, and of a large one the beginning with its size and a download", async () => {
    const server = await listen(["--quiet"]);
    await deliver(server, { body: Buffer.from(Array.from({ length: 600 }, (_, index) => index % 256)) });
    await deliver(server, { id: "evt_2", body: JSON.stringify({ id: "evt_2", text: "x".repeat(5_000_000) }) });
    const page = await open(browser, server.page);
    await holds(page, "2 requests");
    await page.getByText("The first 256 kB are shown.").waitFor();
    expect(await page.locator(".detail").innerText()).toContain("5,000,0");
    const [saved] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "Download" }).click(),
    ]);
    expect(readFileSync(await saved.path()).length).toBeGreaterThan(5_000_000);
    await rowsOf(page).nth(1).click();
    await page.locator(".body.hex").waitFor();
    expect(await page.locator(".body.hex").innerText()).toContain("000010  10 11 12");
  });

  test("without the right token nothing is shown but what to do", async () => {
    const server = await listen();
    await deliver(server);
    const page = await open(browser, server.page.replace(/token=.*/, "token=wrong"));
    await page.getByRole("heading", { name: "Open the address that hookproof printed" }).waitFor();
    expect(await rowsOf(page).count()).toBe(0);
    const bare = await open(browser, server.page.replace(/#.*/, ""));
    await bare.getByRole("heading", { name: "Open the address that hookproof printed" }).waitFor();
  });

  test("the keyboard alone is enough", async () => {
    const server = await listen(["--quiet"]);
    for (let sent = 0; sent < 5; sent++) await deliver(server, { id: `evt_${sent}`, type: `type.n${sent}` });
    const page = await open(browser, server.page);
    await holds(page, "5 requests");
    const current = () => page.locator('.row[aria-current="true"] .type').innerText();
    await expect.poll(current).toBe("type.n4");
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await expect.poll(current).toBe("type.n2");
    await page.keyboard.press("k");
    await expect.poll(current).toBe("type.n3");
    await page.keyboard.press("x");
    await page.getByText("1 marked").waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("n1");
    await page.keyboard.press("Escape");
    await expect.poll(() => shownTypes(page)).toEqual(["type.n1"]);
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys and filters" }).waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.evaluate("document.activeElement.id")).toBe("detail");
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent")).toContain("Resend");
    expect(await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")).toBe("solid");
  });

  const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  test.each(["light", "dark"] as const)(
    "axe finds no violation, %s, from phone to wide screen",
    async (colorScheme) => {
      const server = await listen(["--quiet", "--respond", "seq:200,500"]);
      const signed = '{"id":"evt_9","type":"link.clicked","payload":{"rate":1.0,"n":2}}';
      await deliver(server, { body: signed });
      await deliver(server, { body: signed.replace("1.0", "1"), signed });
      for (const width of [390, 1280, 1920]) {
        const page = await open(browser, server.page, {
          viewport: { width, height: 844 },
          colorScheme,
          reducedMotion: "reduce",
          bypassCSP: true,
        });
        const views: readonly (readonly [string, () => Promise<unknown>])[] = [
          ["list", () => rowsOf(page).first().waitFor()],
          ["request", () => rowsOf(page).first().click()],
          ["compare", () => page.keyboard.press("d")],
          ["resend", () => page.keyboard.press("r")],
          ["keys", async () => (await page.keyboard.press("Escape"), page.keyboard.press("?"))],
          [
            "charts",
            async () => (await page.keyboard.press("Escape"), page.getByRole("button", { name: "Charts" }).click()),
          ],
          ["queue", () => page.getByRole("button", { name: "Queue" }).click()],
        ];
        await page.addScriptTag({ content: axe });
        for (const [view, go] of views) {
          await go();
          await page.waitForLoadState("networkidle", { timeout: 300 }).catch(() => undefined);
          const { violations } = (await page.evaluate("axe.run()")) as {
            violations: readonly { id: string; nodes: readonly { html: string; failureSummary: string }[] }[];
          };
          const found = violations.flatMap(({ id, nodes }) =>
            nodes.map(({ html }) => `${view} at ${width}: ${id} ${html}`),
          );
          expect(found).toEqual([]);
          expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
        }
      }
    },
  );
});
