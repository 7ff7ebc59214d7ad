import { createHmac } from "node:crypto";
import { findProfile } from "../src/providers/index.ts";
import type { WebhookRequest } from "../src/request/request.ts";
import { diagnose } from "../src/diagnosis/diagnose.ts";
import { verify } from "../src/signature/verify.ts";
import { Secret } from "../src/values/secret.ts";

// Compares a search that finds nothing, the worst case, with a single verification of the same request.
const at = 1_767_225_600_000;
const item = (at_: number) => ({
  id: `itm_${at_}`,
  amount: at_ * 100,
  price: 12.5,
  name: "Zoë <b>",
  url: "https://x.test/a",
  tags: ["a", "b"],
  ok: true,
});

for (const [label, count] of [
  ["1 KB", 8],
  ["100 KB", 1000],
  ["1 MB", 10_000],
] as const) {
  const body = Buffer.from(JSON.stringify({ data: Array.from({ length: count }, (_, index) => item(index)) }));
  for (const id of ["10x", "agentflow", "hubspot"]) {
    const profile = findProfile(id);
    const mac = createHmac("sha256", "not known to anyone").update(body).digest();
    const request: WebhookRequest = {
      method: "POST",
      target: "/in?x=1",
      headers: [
        ["Host", "hooks.example.com"],
        ["x-arjun-signature", `sha256=${mac.toString("hex")}`],
        ["X-AgentFlow-Signature", `sha256=${mac.toString("hex")}`],
        ["X-AgentFlow-Timestamp", String(at / 1000)],
        ["X-HubSpot-Signature-v3", mac.toString("base64")],
        ["X-HubSpot-Request-Timestamp", String(at)],
      ],
      body,
    };
    const secrets = [new Secret("a", "first-secret-0123456789"), new Secret("b", "second-secret-0123456789")];
    const timed = (run: () => void, times: number): number => {
      const started = performance.now();
      for (let round = 0; round < times; round++) run();
      return (performance.now() - started) / times;
    };
    const plain = timed(() => verify(request, profile, secrets, { at }), 50);
    let tried = 0;
    const searched = timed(() => (tried = diagnose(request, profile, secrets, { at }).tried), 2);
    console.log(
      `${label.padEnd(7)} ${id.padEnd(10)} plain ${plain.toFixed(2)} ms  diagnosis ${searched.toFixed(0)} ms (${Math.round(searched / plain)} x, ${tried} tried)`,
    );
  }
}
