import { chosenEntry } from "./choose.ts";
import { beginsCapture, isCaptureLine } from "./capture.ts";
import type { Format } from "./format.ts";
import { looksRaw, readRaw } from "./raw.ts";

/** All readable formats; the first match is used. To add one, add a file and a line here. */
export const formats: readonly Format[] = [
  {
    name: "capture file",
    chosenBy: "id",
    matches: ({ bytes }) => beginsCapture(bytes),
    read: async (source, hints) => (await import("./capture-read.ts")).readCaptured(source, hints),
    readAll: async (source, hints) => (await import("./capture-read.ts")).readAllCaptured(source, hints),
  },
  {
    // Cheap to recognize, so tested before formats whose reader must be loaded.
    name: "raw HTTP request",
    matches: ({ bytes }) => beginsRaw(bytes),
    read: async ({ bytes, name }) => readRaw(bytes, name),
  },
  {
    name: "curl transcript",
    chosenBy: "entry",
    matches: async ({ bytes }) => (await import("./curl-transcript.ts")).looksTranscript(bytes),
    read: async ({ bytes, name }, hints) =>
      chosenEntry((await import("./curl-transcript.ts")).readTranscript(bytes, name, hints), name, hints.entry),
    readAll: async ({ bytes, name }, hints) =>
      (await import("./curl-transcript.ts")).readTranscript(bytes, name, hints),
  },
  {
    name: "curl command",
    chosenBy: "entry",
    matches: ({ bytes }) => looksCurl(bytes),
    read: async ({ bytes, name }, hints) => (await import("./curl.ts")).readCurl(bytes, name, hints),
  },
  {
    name: "fetch call",
    chosenBy: "entry",
    matches: async ({ bytes }) => (await import("./fetch.ts")).looksFetch(bytes),
    read: async ({ bytes, name }, { entry }) =>
      chosenEntry((await import("./fetch.ts")).readFetch(bytes, name), name, entry),
    readAll: async ({ bytes, name }) => (await import("./fetch.ts")).readFetch(bytes, name),
  },
  {
    name: "PowerShell command",
    matches: async ({ bytes }) => (await import("./powershell.ts")).looksPowerShell(bytes),
    read: async ({ bytes, name }) => (await import("./powershell.ts")).readPowerShell(bytes, name),
  },
  {
    name: "raw HTTP request",
    matches: ({ bytes }) => looksRaw(bytes) || /^HTTP\/\d/.test(bytes.toString("latin1", 0, 6)),
    read: async ({ bytes, name }) => readRaw(bytes, name),
  },
  {
    name: "GitHub delivery",
    matches: async ({ bytes }) => (await import("./delivery-text.ts")).looksDelivery(bytes),
    read: async ({ bytes, name }) => (await import("./delivery-text.ts")).readDelivery(bytes, name),
  },
  {
    name: "log or JSON with headers and body",
    chosenBy: "entry",
    matches: async (source) => (await import("./json-forms.ts")).isRequestLog(source),
    read: async (source, hints) => (await import("./json-forms.ts")).readFoundEntry(source, hints),
    readAll: async (source) => (await import("./json-forms.ts")).readFound(source),
  },
  {
    name: "HAR file",
    chosenBy: "entry",
    matches: async ({ json }) => isObject(json()) && (await import("./har.ts")).isHar(json()),
    read: async ({ json, name }, { entry }) => (await import("./har.ts")).readHarEntry(json(), name, entry),
    readAll: async ({ json, name }) => (await import("./har.ts")).readHar(json(), name),
  },
  {
    name: "Lambda event",
    matches: async ({ json }) => isObject(json()) && (await import("./lambda.ts")).isProxyEvent(json()),
    read: async ({ json, name }) => (await import("./lambda.ts")).readProxyEvent(json(), name),
  },
  {
    // A capture record spread over several lines, as `jq` prints it.
    name: "capture file",
    chosenBy: "id",
    matches: ({ json }) => isCaptureLine(json()),
    read: async ({ json, name }) => (await import("./capture-read.ts")).readRecord(json(), name),
  },
  {
    name: "log or JSON with headers and body",
    chosenBy: "entry",
    matches: async (source) => (await import("./json-forms.ts")).holdsJsonRequests(source),
    read: async (source, hints) => (await import("./json-forms.ts")).readFoundEntry(source, hints),
    readAll: async (source) => (await import("./json-forms.ts")).readFound(source),
  },
];

/** The names of the formats: `capture file`, `HAR file` … */
export const formatNames = [...new Set(formats.map(({ name }) => name))];

/** Whether the first line is a complete request line, including the version. */
const beginsRaw = (bytes: Buffer): boolean =>
  /^[A-Z]{1,20} \S{1,8000} HTTP\/\d(?:\.\d)?\r?\n/.test(bytes.toString("latin1", 0, 8100));

const isObject = (value: unknown): boolean => typeof value === "object" && value !== null;

/** Whether the bytes begin like a curl command; a prompt, comments or our own `printf … |` may precede it. */
export const looksCurl = (bytes: Buffer): boolean => {
  let text = bytes.subarray(0, 8192).toString("latin1").trimStart();
  while (text.startsWith("#")) text = text.slice(`${text}\n`.indexOf("\n")).trimStart();
  const command = text.replace(/^(?:\$ |> |[A-Za-z]:\\[^>\r\n]*>|PS [^>\r\n]*> )/, "").trimStart();
  const [program = ""] = /^\S+(?=\s)/.exec(command) ?? [];
  return /^(?:curl|curl\.exe)$/i.test(program.slice(program.lastIndexOf("/") + 1)) || /^printf '?%s'? /i.test(command);
};
