import { parentPort, workerData } from "node:worker_threads";
import { diagnose } from "../diagnosis/diagnose.ts";
import { builtInProfile } from "../providers/index.ts";
import type { Profile } from "../providers/profile.ts";
import { Secret } from "../values/secret.ts";
import { isTooDeep } from "../values/json-depth.ts";
import { errorText } from "./error-text.ts";
import type { ProfileRef, SearchJob, SearchReply, SecretText, WorkerSetup } from "./search-thread.ts";

// The other side of `search-thread.ts`: runs one search at a time, on a worker thread.

/** Buffers become plain Uint8Arrays when passed to another thread. */
const bufferOf = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

const secretOf = ({ name, bytes }: SecretText): Secret => new Secret(name, bufferOf(bytes));

const serve = (port: NonNullable<typeof parentPort>, setup: WorkerSetup): void => {
  const profileOf = (ref: ProfileRef): Profile => {
    if (typeof ref !== "string") return ref;
    const profile = builtInProfile(ref);
    if (profile === undefined) throw new Error(`no profile ${ref}`);
    return profile;
  };
  const candidates = setup.candidates.map(({ profile, secrets }) => ({
    profile: profileOf(profile),
    secrets: secrets.map(secretOf),
  }));
  const profiles = setup.profiles.map(profileOf);
  const otherSecrets = setup.otherSecrets.map(secretOf);

  const replyTo = ({ candidate, request, options, keys: texts, wantsBody, budget }: SearchJob): SearchReply => {
    try {
      const found = candidates[candidate];
      if (found === undefined) throw new Error(`no candidate ${candidate}`);
      const full = { ...request, body: bufferOf(request.body) };
      if (isTooDeep(full.body.toString("latin1"))) return { failed: "its JSON is nested too deeply" };
      const now = (): number => performance.now();
      const keys = texts.map(secretOf);
      const secrets = [...keys, ...found.secrets];
      let signedBody: Buffer | undefined;
      const onSignedBody = (body: Buffer): void => {
        if (wantsBody) signedBody = body;
      };
      let isStopped = false;
      const onStopped = (): void => void (isStopped = true);
      const asked = { ...options, keys, profiles, otherSecrets, budget, now, onSignedBody, onStopped };
      const verdict = diagnose(full, found.profile, secrets, asked);
      return { verdict, signedBody, isStopped: isStopped && verdict.cause === "unexplained" };
    } catch (error) {
      return { failed: errorText(error) };
    }
  };
  port.on("message", (job: SearchJob) => port.postMessage(replyTo(job)));
  port.postMessage("ready");
};

// The data comes from `search-thread.ts`, so its shape is known.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
if (parentPort !== null) serve(parentPort, workerData as WorkerSetup);
