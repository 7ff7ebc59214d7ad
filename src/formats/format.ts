import type { HeaderPair, WebhookRequest } from "../request/request.ts";
import type { Attachment } from "./curl-request.ts";

/** Which request of a file to read, and facts that its format doesn't contain. */
export interface ReadHints {
  /** For a capture file: the request with this id. */
  readonly id?: string;
  /** For a capture file: its last request. */
  readonly last?: boolean;
  /** For a file with several requests, such as a HAR file: the n-th, counted from 1. */
  readonly entry?: number;
  /** The headers, if the file is only a body. */
  readonly headers?: readonly HeaderPair[];
  readonly url?: string;
  readonly method?: string;
  /** Called for each line of a capture that was cut off by a crash and is skipped. */
  readonly warn?: (message: string) => void;
  /** Reads a file that a curl command names with `@`; without it such a command is refused. */
  readonly attachment?: Attachment;
}

/** A file that may contain requests. */
export interface Source {
  /** Without a byte order mark. */
  readonly bytes: Buffer;
  /** The file's name, for errors. */
  readonly name: string;
  /**
   * The file parsed as JSON; undefined unless it starts like an object.
   * @throws HookproofError `input-malformed` if it starts like an object but isn't JSON
   */
  readonly json: () => unknown;
}

/** A format of request files. Its reader is loaded on demand. */
export interface Format {
  /** Its name in help and hints: `capture file`. Formats with the same name are listed once. */
  readonly name: string;
  /** How to select one of several requests; absent if a file contains only one. */
  readonly chosenBy?: "id" | "entry";
  /** Whether the file looks like this format, well-formed or not. */
  readonly matches: (source: Source) => boolean | Promise<boolean>;
  /** Reads the request that the hints select. @throws HookproofError `input-malformed`, `usage` */
  readonly read: (source: Source, hints: ReadHints) => Promise<WebhookRequest>;
  /** Reads every request, for formats that can contain several. @throws HookproofError `input-malformed` */
  readonly readAll?: (source: Source, hints: ReadHints) => Promise<readonly WebhookRequest[]>;
}
