import { captureRecord } from "../formats/capture.ts";
import { toCurl } from "../formats/curl-write.ts";
import { toFetch } from "../formats/fetch-write.ts";
import { toHar } from "../formats/har-write.ts";
import { toRaw } from "../formats/raw-write.ts";
import type { WebhookRequest } from "../request/request.ts";
import type { Row } from "./types.ts";

/** The forms that a request can be copied in. */
export const copyForms = ["curl", "raw", "har", "fetch"] as const;
export type CopyForm = (typeof copyForms)[number];

/** A request in one of the forms. */
export const copyOf = (form: CopyForm, request: WebhookRequest, row: Row, version: string): Buffer => {
  switch (form) {
    case "curl":
      return Buffer.from(`${toCurl(request)}\n`);
    case "raw":
      return toRaw(request);
    case "fetch":
      return Buffer.from(toFetch(request));
    case "har": {
      const record = captureRecord(request, { id: row.id }, Date.parse(row.at));
      const response =
        row.status === null ? [] : [[row.id, { status: row.status, durationMs: row.durationMs ?? 0 }] as const];
      return Buffer.from(`${JSON.stringify(toHar([record], { version, responses: new Map(response) }), null, 2)}\n`);
    }
  }
};
