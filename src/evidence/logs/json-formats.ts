/** A JSON log format: the fields that contain its facts. A dotted name may also be a single key (OpenTelemetry). */
export interface JsonFormat {
  readonly name: string;
  /** Where the fields are documented. */
  readonly source: string;
  /** A line has this format if it has one of these fields. */
  readonly has: readonly string[];
  readonly status?: readonly string[];
  readonly method?: readonly string[];
  /** The path with its query, or a URL. */
  readonly path?: readonly string[];
  readonly time?: readonly string[];
}

/**
 * From specific to general: the first format whose fields are present is used, and the last one fills in what is
 * missing.
 */
export const jsonFormats: readonly JsonFormat[] = [
  {
    name: "Traefik JSON",
    source: "https://doc.traefik.io/traefik/observability/access-logs/",
    has: ["DownstreamStatus", "OriginStatus"],
    status: ["DownstreamStatus", "OriginStatus"],
    method: ["RequestMethod"],
    path: ["RequestPath"],
    time: ["StartUTC", "time"],
  },
  {
    name: "Cloudflare Logpush",
    source: "https://developers.cloudflare.com/logs/logpush/logpush-job/datasets/zone/http_requests/",
    has: ["EdgeResponseStatus", "ClientRequestURI"],
    status: ["EdgeResponseStatus"],
    method: ["ClientRequestMethod"],
    path: ["ClientRequestURI", "ClientRequestPath"],
    time: ["EdgeStartTimestamp", "EdgeEndTimestamp", "Datetime"],
  },
  {
    name: "Cloudflare Workers",
    source: "https://developers.cloudflare.com/workers/observability/logs/tail-workers/",
    has: ["event.request", "Event.Request"],
    status: ["event.response.status", "Event.Response.Status"],
    method: ["event.request.method", "Event.Request.Method"],
    path: ["event.request.url", "Event.Request.URL"],
    time: ["eventTimestamp", "EventTimestampMs"],
  },
  {
    name: "Google Cloud Logging",
    source: "https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry#httprequest",
    has: ["httpRequest.requestMethod", "httpRequest.requestUrl", "httpRequest.status"],
    status: ["httpRequest.status"],
    method: ["httpRequest.requestMethod"],
    path: ["httpRequest.requestUrl"],
    time: ["timestamp", "time"],
  },
  {
    name: "Elastic Common Schema",
    source: "https://www.elastic.co/docs/reference/ecs/ecs-http",
    has: ["http.response.status_code", "http.request.method"],
    status: ["http.response.status_code"],
    method: ["http.request.method"],
    path: ["url.path", "url.original", "url.full"],
    time: ["@timestamp"],
  },
  {
    name: "OpenTelemetry",
    source: "https://opentelemetry.io/docs/specs/semconv/http/http-spans/",
    has: ["attributes.http.response.status_code", "attributes.http.status_code", "Attributes.http.status_code"],
    status: ["attributes.http.response.status_code", "attributes.http.status_code", "Attributes.http.status_code"],
    method: ["attributes.http.request.method", "attributes.http.method", "Attributes.http.method"],
    path: ["attributes.url.path", "attributes.http.target", "attributes.http.url", "Attributes.http.target"],
    time: ["timestamp", "Timestamp", "attributes.timestamp"],
  },
  {
    name: "Datadog",
    source: "https://docs.datadoghq.com/standard-attributes/?search=http",
    has: ["http.status_code", "attributes.http", "content.attributes.http"],
    status: ["http.status_code", "attributes.http.status_code", "content.attributes.http.status_code"],
    method: ["http.method", "attributes.http.method", "content.attributes.http.method"],
    path: [
      "http.url_details.path",
      "http.url",
      "http.target",
      "attributes.http.url_details.path",
      "attributes.http.url",
      "content.attributes.http.url_details.path",
      "content.attributes.http.url",
    ],
    time: ["timestamp", "date", "attributes.timestamp", "content.timestamp"],
  },
  {
    name: "Vercel log drain",
    source: "https://vercel.com/docs/drains/reference/logs",
    has: ["proxy.path", "deploymentId"],
    status: ["proxy.statusCode", "statusCode"],
    method: ["proxy.method"],
    path: ["proxy.path", "path"],
    time: ["timestamp", "proxy.timestamp"],
  },
  {
    name: "API Gateway access log",
    source: "https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html",
    has: ["requestTimeEpoch", "requestTime", "routeKey"],
    status: ["status", "statusCode", "integrationStatus"],
    method: ["httpMethod", "method"],
    path: ["path", "resourcePath", "routeKey"],
    time: ["requestTimeEpoch", "requestTime"],
  },
  {
    name: "Azure",
    source: "https://learn.microsoft.com/azure/azure-monitor/reference/supported-logs/microsoft-web-sites-logs",
    has: ["properties.ScStatus", "properties.httpStatus"],
    status: ["properties.ScStatus", "properties.httpStatus", "properties.httpStatusCode"],
    method: ["properties.CsMethod", "properties.httpMethod"],
    path: ["properties.CsUriStem", "properties.requestUri", "properties.originalRequestUriWithArgs"],
    time: ["time", "timeStamp"],
  },
  {
    name: "Caddy JSON",
    source: "https://caddyserver.com/docs/caddyfile/directives/log",
    has: ["request.uri"],
    status: ["status", "response.status"],
    method: ["request.method"],
    path: ["request.uri"],
    time: ["ts", "started_at"],
  },
  {
    name: "Envoy JSON",
    source: "https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage",
    has: ["response_code"],
    status: ["response_code"],
    method: ["method", ":method"],
    path: ["path", "x_envoy_original_path", ":path"],
    time: ["start_time"],
  },
  {
    name: "ASP.NET Core JSON",
    source: "https://learn.microsoft.com/dotnet/core/extensions/console-log-formatter#json",
    has: ["State.StatusCode", "State.Path"],
    status: ["State.StatusCode"],
    method: ["State.Method"],
    path: ["State.Path"],
    time: ["Timestamp"],
  },
  {
    name: "Serilog JSON",
    source: "https://clef-json.org/",
    has: ["@t", "@mt", "Properties.StatusCode", "MessageTemplate"],
    status: ["StatusCode", "Properties.StatusCode"],
    method: ["RequestMethod", "Properties.RequestMethod"],
    path: ["RequestPath", "Properties.RequestPath", "Path", "Properties.Path"],
    time: ["@t", "Timestamp"],
  },
  {
    name: "winston (express-winston)",
    source: "https://github.com/bithavoc/express-winston",
    has: ["meta.req", "meta.res"],
    status: ["meta.res.statusCode"],
    method: ["meta.req.method"],
    path: ["meta.req.url", "meta.req.originalUrl"],
    time: ["timestamp"],
  },
  {
    name: "Monolog JSON (Laravel, Symfony)",
    source: "https://seldaek.github.io/monolog/doc/message-structure.html",
    has: ["level_name", "channel"],
    status: ["context.status", "context.status_code", "extra.status"],
    method: ["context.method", "extra.http_method"],
    path: ["context.path", "context.url", "context.uri", "extra.url"],
    time: ["datetime"],
  },
  {
    name: "pino, bunyan and Fastify",
    source: "https://github.com/pinojs/pino-http and https://github.com/trentm/node-bunyan#log-record-fields",
    has: ["req.url", "req.method", "res.statusCode", "hostname"],
    status: ["res.statusCode", "res.status", "response.statusCode", "response.status"],
    method: ["req.method", "request.method"],
    path: ["req.url", "req.path", "request.url", "url"],
    time: ["time"],
  },
  {
    name: "nginx JSON",
    source: "https://nginx.org/en/docs/http/ngx_http_log_module.html#log_format",
    has: ["time_iso8601", "time_local", "msec", "remote_addr", "request_uri"],
    status: ["status", "response_status"],
    method: ["request_method", "method"],
    path: ["request_uri", "uri", "path"],
    time: ["time_iso8601", "time_local", "msec", "time", "timestamp"],
  },
  {
    name: "JSON",
    source: "the usual names (zap, slog, zerolog, logrus, lograge, echo, winston …)",
    has: [],
    status: [
      "status",
      "status_code",
      "statusCode",
      "httpStatus",
      "http_status",
      "httpStatusCode",
      "http_status_code",
      "response_status",
      "responseStatus",
      "response.statusCode",
      "response.status",
      "response.status_code",
      "res.status",
      "sc_status",
      "context.status",
      "fields.status",
      "extra.status",
    ],
    method: [
      "method",
      "httpMethod",
      "http_method",
      "request_method",
      "requestMethod",
      "request.method",
      "verb",
      "context.method",
      "fields.method",
    ],
    path: [
      "path",
      "url",
      "uri",
      "request_uri",
      "request_path",
      "requestPath",
      "requestUri",
      "http_path",
      "request.url",
      "request.path",
      "target",
      "context.path",
      "context.url",
      "fields.path",
    ],
    time: [
      "time",
      "timestamp",
      "ts",
      "@timestamp",
      "date",
      "datetime",
      "eventTime",
      "time_iso8601",
      "asctime",
      "Timestamp",
      "t",
      "log_time",
    ],
  },
];

/** Fields for the id shared by all lines of a request. */
export const requestIdFields = [
  "reqId",
  "req.id",
  "req_id",
  "requestId",
  "request_id",
  "RequestId",
  "request.id",
  "correlationId",
  "correlation_id",
  "CorrelationId",
  "trace_id",
  "traceId",
  "trace.id",
  "context.request_id",
  "extra.request_id",
  "x_request_id",
];

/** JSON that wraps another log's line, and the field with that line. */
export interface JsonWrapper {
  readonly name: string;
  readonly source: string;
  readonly has: readonly string[];
  readonly line: string;
  readonly time: readonly string[];
}

export const jsonWrappers: readonly JsonWrapper[] = [
  {
    name: "Docker json-file",
    source: "https://docs.docker.com/engine/logging/drivers/json-file/",
    has: ["log", "stream"],
    line: "log",
    time: ["time", "timestamp"],
  },
  {
    name: "ECS FireLens and fluent-bit",
    source: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/firelens-using-fluentbit.html",
    has: ["log"],
    line: "log",
    time: ["time", "@timestamp", "date", "timestamp"],
  },
  {
    name: "journald JSON",
    source: "https://www.freedesktop.org/software/systemd/man/latest/journalctl.html#-o",
    has: ["MESSAGE"],
    line: "MESSAGE",
    time: ["__REALTIME_TIMESTAMP", "_SOURCE_REALTIME_TIMESTAMP"],
  },
  {
    name: "CloudWatch Logs",
    source: "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilteredLogEvent.html",
    has: ["message", "ingestionTime"],
    line: "message",
    time: ["timestamp"],
  },
  {
    name: "CloudWatch Logs Insights",
    source: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData-discoverable-fields.html",
    has: ["@message"],
    line: "@message",
    time: ["@timestamp"],
  },
  {
    name: "Google Cloud Logging textPayload",
    source: "https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry",
    has: ["textPayload"],
    line: "textPayload",
    time: ["timestamp"],
  },
];

/** Fields that contain the actual log entry. */
export const jsonEnvelopes: readonly string[] = ["jsonPayload", "_source", "content", "log_processed", "message"];

/** Fields that contain a list of entries, in documents that commands print. */
export const jsonLists: readonly string[] = ["events", "entries", "records", "logs", "results", "data", "hits.hits"];
