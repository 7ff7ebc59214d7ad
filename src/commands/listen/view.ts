import type {
  CommandEvent,
  ForwardEvent,
  ListenEvent,
  NoticeEvent,
  ProblemEvent,
  ReadyEvent,
  RequestEvent,
  ResponseEvent,
  StoppingEvent,
  SummaryEvent,
  TargetEvent,
} from "../../listener/events.ts";
import { errorText } from "../../listener/error-text.ts";
import { formatDuration } from "../../values/duration.ts";
import { namesStack } from "../../diagnosis/fixes.ts";
import { briefFixes, fixText, isBrief } from "../shared/fixes-view.ts";
import { bodyView, flagView, verdictWords } from "./view-request.ts";
import { acceptedInvalid } from "../../listener/accepted-invalid.ts";
import type { Paint, SafeText } from "../../cli/paint.ts";
import { pluralize } from "../../values/count.ts";
import { sideBySide, foldLine, hangingIndent, wrap } from "../../cli/wrap.ts";

/** An event, with related earlier events. */
export interface PairedEvent {
  readonly event: ListenEvent;
  /** The request that a response belongs to, and what the targets had responded by then. */
  readonly request?: RequestEvent;
  readonly forwards?: readonly ForwardEvent[];
  /** The target rejected what is signed correctly: its status, and the command that finds out more. */
  readonly rejection?: { readonly status: number; readonly check: string };
  /** Whether a target's response came after the response was sent. */
  readonly isLate?: boolean;
}

/** A batch of events as text; undefined if none of them is shown. */
export const listenView = (batch: readonly PairedEvent[], paint: Paint): string | undefined => {
  const texts = batch.map((paired) => safeView(paired, paint)).filter((text) => text !== undefined);
  return texts.length === 0 ? undefined : `${texts.join("\n")}\n`;
};

/** If an event can't be shown, prints a line that says so; other events and the listener are unaffected. */
const safeView = (paired: PairedEvent, paint: Paint): string | undefined => {
  try {
    return eventView(paired, paint);
  } catch (error) {
    const id = "requestId" in paired.event ? paired.event.requestId : null;
    const what = id === null ? `a line (${paired.event.type})` : `${id} (its ${paired.event.type})`;
    return problemView({ message: `${what} cannot be shown: ${errorText(error)}` }, paint);
  }
};

/** One event as text. A request is shown once it has a response. */
const eventView = (paired: PairedEvent, paint: Paint): string | undefined => {
  const { event, request, forwards = [], isLate, rejection } = paired;
  switch (event.type) {
    case "ready":
      return readyView(event, paint);
    case "request":
      return event.pending === null || paint.verbosity === "line" ? undefined : pendingView(event, paint);
    case "response":
      return request === undefined ? undefined : exchangeView(request, event, { forwards, rejection }, paint);
    case "forward":
      return isLate === true ? lateForwardView(event, paint) : undefined;
    case "command":
      return commandView(event, paint);
    case "notice":
      return noticeView(event, paint);
    case "problem":
      return problemView(event, paint);
    case "target":
      return targetView(event, paint);
    case "stopping":
      return stoppingView(event, paint);
    case "summary":
      return summaryView(event, paint);
  }
};

const readyView = (event: ReadyEvent, paint: Paint): string =>
  [
    paint`Listening on ${paint.bold(event.url)}  ${paint.dim("(Ctrl-C stops)")}`,
    paint`  provider   ${event.provider}`,
    paint`  secrets    ${event.secrets.length === 0 ? "none: signatures are not verified" : event.secrets.join(", ")}`,
    paint`  capture    ${event.capture}`,
    ...event.routes.map(
      ({ url, condition }) =>
        paint`  forward    ${url}${condition === null ? "" : `  (${condition})`}${event.insecure ? " (certificate not verified)" : ""}`,
    ),
    ...(event.routes.some(({ condition }) => condition === null) ? [] : [paint`  responds   ${event.respond}`]),
    ...(event.ui === undefined ? [] : [paint`  inspector  ${paint.bold(event.ui)}`]),
    ...(event.tls === null
      ? []
      : [
          paint`  trust it   curl --cacert ${event.tls.certificate} ${event.url}`,
          paint`  SHA-256    ${event.tls.fingerprint}`,
        ]),
    "",
  ].join("\n");

const pendingView = (request: RequestEvent, paint: Paint): string =>
  paint`${opening(request, paint)}  ${paint.mark.arrow} ${paint.dim(request.pending)}${paint.dim(paint.mark.dots)}`;

const exchangeView = (
  request: RequestEvent,
  response: ResponseEvent,
  { forwards, rejection }: { readonly forwards: readonly ForwardEvent[]; readonly rejection: PairedEvent["rejection"] },
  paint: Paint,
): string => {
  const rejected = rejectionView(rejection, paint);
  const head = opening(request, paint).text;
  const status = paint`${verdictWords(request, paint)}  ${paint.mark.arrow} ${responseWords(response, paint)}`;
  const flags = [
    ...challengeView(request, paint),
    ...request.flags.map((flag) => flagView(flag, paint)),
    ...acceptedView(request, forwards, paint),
    ...searchView(request, paint),
  ];
  if (paint.verbosity === "line") {
    // If the listener itself responded because a forward failed, the reason is shown next to the status.
    const why = forwards.find(({ error, answers }) => error !== null && answers)?.error?.message;
    const others = forwards.filter(({ answers }) => !answers).map((one) => forwardLine(one, paint));
    return [`${head}  ${status}${why === undefined ? "" : paint`: ${why}`}`, ...others, ...flags, ...rejected].join(
      "\n",
    );
  }
  const signatureFindings = request.verdict?.findings ?? [];
  const fixes = briefFixes(signatureFindings, namesStack(request.headers));
  const findings = signatureFindings.flatMap((finding, at) => [
    paint`  ${paint.bad(finding.code)}`,
    paint`${paint.block(wrap(finding.message, paint.width - 4), "    ")}`,
    ...(fixes[at] ? [paint`${paint.block(fixText(fixes[at], paint.width - 6), "      ")}`] : []),
  ]);
  const more = isBrief(signatureFindings)
    ? [paint`      ${paint.dim("hookproof verify shows the code for each framework")}`]
    : [];
  return [
    folded(sideBySide(head, status, paint.width), paint),
    ...flags,
    ...findings,
    ...more,
    ...request.headers.map(([name, value]) => paint`  ${paint.accent(name)}: ${value}`),
    ...bodyView(request.body, request.overflow, paint.verbosity === "all", paint),
    ...forwards.flatMap((one) => forwardView(one, paint)),
    ...rejected,
    "",
  ].join("\n");
};

const folded = (lines: string, paint: Paint): string =>
  lines
    .split("\n")
    .map((line) => foldLine(line, paint.width))
    .join("\n");

/** Why a platform's challenge was not answered. */
const challengeView = ({ challenge }: RequestEvent, paint: Paint): readonly string[] =>
  challenge === null || challenge.reason === null
    ? []
    : [
        paint`  ${paint.warn(paint.mark.warn)} challenge ${challenge.answer === "none" ? "not answered" : "refused"}: ${challenge.reason}`,
      ];

/** The application took a request that does not verify here. A challenge is accepted on its own terms. */
const acceptedView = (
  { verdict, challenge }: RequestEvent,
  forwards: readonly ForwardEvent[],
  paint: Paint,
): readonly string[] => {
  const what = challenge === null ? acceptedInvalid(verdict, forwards) : undefined;
  return what === undefined ? [] : [paint`  ${paint.warn(paint.mark.warn)} ${what}`];
};

/** What it may mean that a target rejects what is signed correctly. The command stays on its line, to be copied. */
const rejectionView = (rejection: PairedEvent["rejection"], paint: Paint): readonly string[] => {
  if (rejection === undefined) return [];
  const text = `the signature is valid, but the target responded ${rejection.status}: it verifies other bytes or with another secret, or rejects the event for another reason. To narrow it down:`;
  return [
    paint`  ${paint.warn(paint.mark.warn)} ${paint.block(hangingIndent(text, paint.width - 2, 4))}`,
    paint`    ${rejection.check}`,
  ];
};

/** How to search further if the cause wasn't found. The command has its own line, so that it can be copied. */
const searchView = ({ search, verdict }: RequestEvent, paint: Paint): readonly string[] =>
  search === undefined ||
  (paint.verbosity !== "line" && verdict?.findings.some(({ fix }) => fix.includes(search.command)) === true)
    ? []
    : [
        paint`  ${paint.warn(paint.mark.warn)} not explained: ${search.ended}; search further:`,
        paint`    ${search.command}`,
      ];

/** Time, method, path, event type, event id and attempt. */
const opening = (request: RequestEvent, paint: Paint): SafeText => {
  const { claimed, counted, agrees } = request.attempt;
  const attempt = agrees
    ? paint`attempt ${counted}`
    : paint`attempt ${counted} ${paint.warn(`(its header says ${claimed})`)}`;
  // An unsigned request without event id or type, such as a GET, is not an attempt to deliver an event.
  const isSigned = request.verdict !== undefined && request.verdict.cause !== "signature-missing";
  const isEvent = request.eventType !== null || request.eventId !== null || isSigned;
  const { challenge } = request;
  const count =
    challenge !== null
      ? [paint`${paint.accent("challenge")} ${challenge.name}`]
      : request.probe
        ? [paint`${paint.dim("probe")}`]
        : isEvent
          ? [attempt]
          : [];
  return paint.markSafe(
    [
      paint`${paint.dim(request.receivedAt.slice(11))} ${paint.bold(request.method)} ${request.target}`,
      ...(request.eventType === null ? [] : [paint`${beginning(request.eventType)}`]),
      ...(request.eventId === null ? [] : [paint`${beginning(request.eventId)}`]),
      ...count,
    ].join("  "),
  );
};

/** Shortens an id or type, because a body may contain a very long one. */
const beginning = (text: string): string => (text.length > 200 ? `${text.slice(0, 200)}…` : text);

const responseWords = (response: ResponseEvent, paint: Paint): SafeText => {
  const time = formatDuration(response.durationMs);
  if (response.kind === "cut") return paint.bad(`cut off after ${time}: no response was sent`);
  if (!response.sent) return paint.warn(`sender disconnected after ${time}`);
  switch (response.kind) {
    case "hang":
      return paint.warn("no response (hang)");
    case "reset":
      return paint.warn(`connection reset (${time})`);
    default:
      return paint.markSafe(paint`${statusWord(response.status, paint)} ${paint.dim(time)}`);
  }
};

const statusWord = (status: number | null, paint: Paint): SafeText =>
  status === null
    ? paint.bad("no status")
    : status < 300
      ? paint.good(status)
      : status < 500
        ? paint.warn(status)
        : paint.bad(status);

const forwardLine = (forward: ForwardEvent, paint: Paint): string => {
  const said = forward.error === null ? statusWord(forward.status, paint) : paint.bad(forward.error.message);
  return paint`  ${paint.mark.arrow} ${forward.url}: ${said} ${paint.dim(formatDuration(forward.durationMs))}`;
};

const lateForwardView = (forward: ForwardEvent, paint: Paint): string =>
  `${forwardLine(forward, paint)} ${paint`${paint.dim(`(of ${forward.requestId})`)}`}`;

const forwardView = (forward: ForwardEvent, paint: Paint): readonly string[] => {
  return [forwardLine(forward, paint), ...bodyView(forward.body, false, paint.verbosity === "all", paint)];
};

const commandView = (event: CommandEvent, paint: Paint): string => {
  const ended =
    event.error ??
    (event.timedOut
      ? "stopped: it took too long"
      : event.exitCode === null
        ? "ended by a signal"
        : `exit ${event.exitCode}`);
  const word = event.exitCode === 0 ? paint.good(ended) : paint.bad(ended);
  const head = paint`  command for ${beginning(event.eventId ?? event.requestId)}: ${word} ${paint.dim(formatDuration(event.durationMs))}`;
  const output = event.output.trimEnd();
  return paint.verbosity === "line" || output === "" ? head : `${head}\n${paint`${paint.block(output, "    ")}`}`;
};

const noticeView = (event: NoticeEvent, paint: Paint): string => {
  const status = event.status === null ? "" : ` ${paint.mark.arrow.text} ${event.status}`;
  const head = paint`${paint.warn(paint.mark.warn)} refused${event.remote === null ? "" : ` from ${event.remote}`}: ${event.message} (${event.code})${status}`;
  return paint.verbosity === "line" || event.start === null || event.start === ""
    ? head
    : `${head}\n${paint`    ${paint.dim(event.start)}`}`;
};

const problemView = ({ message }: Pick<ProblemEvent, "message">, paint: Paint): string =>
  paint`${paint.warn(paint.mark.warn)} ${paint.block(hangingIndent(message, paint.width, 2))}`;

const targetView = ({ url, up }: TargetEvent, paint: Paint): string =>
  up
    ? paint`${paint.good(paint.mark.yes)} ${url} accepts connections now`
    : paint`${paint.warn(paint.mark.warn)} nothing is listening at ${url}: until something is, its requests get a 502`;

const stoppingView = ({ inFlight, waitMs }: StoppingEvent, paint: Paint): string =>
  paint`stopping: waiting up to ${formatDuration(waitMs)} for ${pluralize(inFlight, "request")} in flight (a second signal stops at once)`;

const summaryView = (event: SummaryEvent, paint: Paint): string => {
  const counts = [
    pluralize(event.requests, "request"),
    pluralize(event.events, "event"),
    `${event.valid} valid`,
    `${event.invalid} invalid`,
    `${event.unverified} unverified`,
    ...(event.probes > 0 ? [pluralize(event.probes, "probe")] : []),
    ...(event.challenges > 0 ? [pluralize(event.challenges, "challenge")] : []),
    ...(event.forwardsFailed > 0 ? [`${event.forwardsFailed} of ${pluralize(event.forwards, "forward")} failed`] : []),
    ...(event.filtered > 0 ? [`${event.filtered} of other types`] : []),
    ...(event.uncaptured > 0 ? [`${event.uncaptured} not captured`] : []),
    ...(event.cut > 0 ? [`${event.cut} cut off`] : []),
    ...(event.refused > 0 ? [`${event.refused} refused`] : []),
  ].join(", ");
  const isShort = event.reason === "stopped" && event.wanted !== null && event.matched < event.wanted;
  const said = event.reason === "timeout" ? "time ran out" : isShort ? "stopped too early" : undefined;
  const why = said === undefined ? "" : paint`${paint.bad(said)}: `;
  return `${why}${paint`${counts} in ${formatDuration(event.durationMs)}`}\n${paint`captured in ${event.capture}${event.rotated > 0 ? ` and ${pluralize(event.rotated, "earlier file")}` : ""}`}`;
};
