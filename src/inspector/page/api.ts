import type {
  CompareInput,
  Compared,
  DeadLettered,
  Detail,
  Failure,
  QueueList,
  ReplayInput,
  Replayed,
  RequestList,
  ResendInput,
  Resent,
  ResponseScript,
  Saved,
  State,
  Stats,
} from "../types.ts";

/** An error response of the API, with its message. */
export class ApiError extends Error {
  readonly status: number;
  readonly hint: string | null;

  constructor(status: number, { message, hint }: Pick<Failure, "message" | "hint">) {
    super(message);
    this.status = status;
    this.hint = hint;
  }
}

/** What to show of an error. */
export const errorText = (error: unknown): string => {
  if (error instanceof ApiError) return error.hint === null ? error.message : `${error.message} (${error.hint})`;
  return error instanceof TypeError ? "hookproof does not respond: it was stopped" : String(error);
};

const call = async (method: string, path: string, body?: unknown): Promise<Response> => {
  const response = await fetch(path, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
  if (response.ok) return response;
  const failure: unknown = await response.json().catch(() => null);
  throw new ApiError(
    response.status,
    isFailure(failure) ? failure : { message: `HTTP ${response.status}`, hint: null },
  );
};

const isFailure = (value: unknown): value is Failure =>
  typeof value === "object" && value !== null && "message" in value && "hint" in value;

/** Server and page come from the same build, so responses have the schemas' types and aren't checked. */
const json = async <T>(method: string, path: string, body?: unknown): Promise<T> =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  (await (await call(method, path, body)).json()) as T;

const at = (id: string): string => `api/requests/${encodeURIComponent(id)}`;

export type CopyFormat = "curl" | "raw" | "har" | "fetch";

export const api = {
  session: (token: string): Promise<Response> => call("POST", "api/session", { token }),
  state: (): Promise<State> => json("GET", "api/state"),
  /** The newest requests, or the newest before a given number. */
  requests: (limit: number, before?: number): Promise<RequestList> =>
    json("GET", `api/requests?limit=${limit}${before === undefined ? "" : `&before=${before}`}`),
  request: (id: string): Promise<Detail> => json("GET", at(id)),
  bodyPath: (id: string): string => `${at(id)}/body`,
  as: async (id: string, format: CopyFormat): Promise<string> => (await call("GET", `${at(id)}/as/${format}`)).text(),
  compare: (input: CompareInput): Promise<Compared> => json("POST", "api/compare", input),
  resend: (input: ResendInput): Promise<Resent> => json("POST", "api/requests/resend", input),
  respond: (script: string): Promise<ResponseScript> => json("PUT", "api/responses", { script }),
  resetResponses: (): Promise<ResponseScript> => json("DELETE", "api/responses"),
  putInQueue: (ids: readonly string[]): Promise<DeadLettered> => json("POST", "api/dlq/put", { ids }),
  queue: (): Promise<QueueList> => json("GET", "api/dlq"),
  replay: (input: ReplayInput): Promise<Replayed> => json("POST", "api/dlq/replay", input),
  fixture: (id: string): Promise<Saved> => json("POST", `${at(id)}/fixture`),
  evidence: (id: string): Promise<Saved> => json("POST", `${at(id)}/evidence`),
  stats: (bucketMs: number): Promise<Stats> => json("GET", `api/stats?bucket=${bucketMs}`),
};
