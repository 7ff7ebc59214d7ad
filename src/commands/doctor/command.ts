import { command } from "../../cli/command.ts";
import { Exit } from "../../cli/exit.ts";
import { argument, flag, option } from "../../cli/inputs.ts";
import { shared } from "../shared/inputs.ts";
import { timeLimit } from "../../cli/value-parsers.ts";
import { doctorView } from "./view.ts";
import { networkFor, networkInputs } from "../shared/network.ts";
import { authorizationFor, basicInput } from "../shared/basic.ts";
import { publicEndpoint } from "../shared/targets.ts";

/** `hookproof doctor`: finds out why no request arrives. */
export default command({
  summary: "Find out why no request arrives: DNS, TCP, TLS, HTTPS, redirects, timing",
  details:
    "Sends nothing a receiver could mistake for a delivery: one connection per address, a TLS handshake, and one HEAD request without a body (GET if the server drops HEAD).",
  inputs: {
    url: argument("<url>", "the receiver's public URL", publicEndpoint),
    provider: shared.provider,
    timeout: option("--timeout <duration>", "timeout of each step (default: 10s)", timeLimit, {
      aliases: ["--max-time"],
    }),
    ...basicInput,
    ...networkInputs,
    local: flag("--local", "testing a local receiver: private addresses and plain HTTP are fine"),
  },
  examples: [
    "hookproof doctor https://acme.example/hooks -p 10x",
    "hookproof doctor http://localhost:3000/hooks --local --json",
  ],
  view: doctorView,
  async run(context, input) {
    const target = new URL(input.url.url);
    const [{ probe }, { findingsOf }, { limitsOf }] = await Promise.all([
      import("../../doctor/probe.ts"),
      import("../../doctor/findings.ts"),
      import("../../doctor/finding.ts"),
    ]);
    const configured = (await context.config()).provider ?? (context.env["HOOKPROOF_PROVIDER"] || undefined);
    const profiles =
      input.provider === undefined && configured === undefined
        ? await context.profiles()
        : [await context.profile(input.provider)];
    const progress = context.progress(`probing ${target.hostname}`);
    try {
      const facts = await probe(target, {
        timeoutMs: input.timeout ?? 10_000,
        signal: context.signal,
        now: context.now,
        connection: {
          ...(await networkFor(context, input)),
          ...(await authorizationFor(context, input.url, { basic: input.basic, header: [] })),
        },
      });
      const findings = findingsOf(facts, { profiles, local: input.local, now: context.now() });
      const healthy = findings.every(({ level }) => level !== "problem");
      return {
        data: { url: facts.url, healthy, findings, limits: limitsOf(facts, profiles), facts },
        exit: healthy ? Exit.yes : Exit.no,
      };
    } finally {
      progress.stop();
    }
  },
});
