import { assumed, profile } from "../providers/profile.ts";

const unknown = "the platform is not known";

/** A profile for requests of an unknown platform: delivered unchanged in one attempt, not signed. */
export const unknownPlatform = profile(() => ({
  id: "unknown",
  name: "an unknown platform",
  summary: "a request as received",
  source: { document: "none" },
  sources: {},
  schemes: { undocumented: unknown },
  headers: [],
  contentType: "application/octet-stream",
  envelope: { id: [], type: [], dedupe: [], newId: "evt_{hex24}" },
  events: [],
  delivery: {
    httpsOnly: assumed(false, unknown),
    timeout: assumed("30s", unknown),
    attempts: assumed(1, unknown),
    delays: assumed([], unknown),
    retry: assumed(["no-response", "timeout", "5xx"], unknown),
    otherwise: assumed("terminal", unknown),
  },
  troubleshooting: [],
}));
