import type { HeaderPair, WebhookRequest } from "../request/request.ts";
import type { Attachment } from "./curl-request.ts";

/** Which request of a file is meant, and what its format does not say. */
export interface ReadHints {
  /** Of a capture file: the request of this id. */
  readonly id?: string;
  /** Of a capture file: its last request. */
  readonly last?: boolean;
  /** Of a HAR file, or of several curl commands: the n-th, from 1. */
  readonly entry?: number;
  /** Given where the file is a body alone. */
  readonly headers?: readonly HeaderPair[];
  readonly url?: string;
  readonly method?: string;
  /** Called for each line of a capture that was cut off by a crash and is skipped. */
  readonly warn?: (message: string) => void;
  /** Reads a file that a curl command names with `@`; without it such a command is refused. */
  readonly attachment?: Attachment;
}

/** A file that may hold requests. */
export interface Source {
  /** Without a byte order mark. */
  readonly bytes: Buffer;
  /** For errors. */
  readonly name: string;
  /**
   * The file parsed as JSON; undefined unless it starts like an object.
   * @throws HookproofError `input-malformed` if it starts like an object but isn't JSON
   */
  readonly json: () => unknown;
}

/** A format that requests come in. Its reader is loaded when it is needed. */
export interface Format {
  /** What people call it, in help and hints: `capture file`. Formats of one name are listed once. */
  readonly name: string;
  /** How one of several requests is chosen; without it a file of this format holds one. */
  readonly chosenBy?: "id" | "entry";
  /** Whether the file looks like this format, well-formed or not. */
  readonly matches: (source: Source) => boolean | Promise<boolean>;
  /** The request that the hints choose. @throws HookproofError `input-malformed`, `usage` */
  readonly read: (source: Source, hints: ReadHints) => Promise<WebhookRequest>;
  /** Every request, where there may be several and all can be read. @throws HookproofError `input-malformed` */
  readonly readAll?: (source: Source, hints: ReadHints) => Promise<readonly WebhookRequest[]>;
}
