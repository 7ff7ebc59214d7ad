/**
 * A log line format, recognized by a pattern. The named groups are its facts: time, method, path, status, request (an
 * id), phrase.
 */
export interface LineFormat {
  readonly name: string;
  /** Where the format is documented. */
  readonly source: string;
  readonly pattern: RegExp;
}

/** Prefixes followed by another log's line; `time` and `request` come from the prefix. */
export const prefixes: readonly LineFormat[] = [
  {
    name: "CRI",
    source: "https://github.com/kubernetes/design-proposals-archive/blob/main/node/kubelet-cri-logging.md",
    pattern: /^(?<time>\d{4}-\d{2}-\d{2}T\S{8,30}) (?:stdout|stderr) [FP] /,
  },
  {
    name: "kubectl logs --prefix",
    source: "https://kubernetes.io/docs/reference/kubectl/generated/kubectl_logs/",
    pattern: /^\[pod\/[^\s\]]{1,300}\] /,
  },
  {
    name: "docker compose logs",
    source: "https://docs.docker.com/reference/cli/docker/compose/logs/",
    pattern: /^[A-Za-z0-9][\w.-]{0,100} {1,40}\| /,
  },
  {
    name: "AWS Lambda",
    source: "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html",
    pattern:
      /^(?<time>\d{4}-\d{2}-\d{2}T[\d:.]{8,20}Z)\t(?<request>[\w-]{2,64})\t(?:TRACE|DEBUG|INFO|WARN|ERROR|FATAL)\t/,
  },
  {
    name: "aws logs tail",
    source: "https://docs.aws.amazon.com/cli/latest/reference/logs/tail.html",
    pattern: /^(?<time>\d{4}-\d{2}-\d{2}T[\d:.]{8,20}(?:Z|[+-]\d{2}:\d{2})) [\w/.-]{1,200}\[[^\s\]]{1,40}\]\S{1,100} /,
  },
  {
    name: "Heroku",
    source: "https://devcenter.heroku.com/articles/logging#log-format",
    pattern: /^(?<time>\d{4}-\d{2}-\d{2}T\S{8,30}) (?:heroku|app)\[[\w.-]{1,60}\]: /,
  },
  {
    name: "syslog RFC 5424",
    source: "https://www.rfc-editor.org/rfc/rfc5424#section-6",
    pattern: /^<\d{1,3}>1 (?<time>\S{10,35}) \S{1,255} \S{1,48} \S{1,128} \S{1,32} (?:-|\[[^\]]{0,2000}\]) /,
  },
  {
    name: "syslog and journald short",
    source: "https://www.rfc-editor.org/rfc/rfc3164#section-4 and journalctl -o short, short-precise",
    pattern:
      /^(?:<\d{1,3}>)?(?<time>[A-Z][a-z]{2} {1,2}\d{1,2} \d{2}:\d{2}:\d{2}(?:\.\d{1,6})?) (?:\S{1,255} )?[\w/.@-]{1,100}(?:\[\d{1,10}\])?: /,
  },
  {
    name: "journald short-full, short-iso, short-unix, with-unit",
    source: "https://www.freedesktop.org/software/systemd/man/latest/journalctl.html#-o",
    pattern:
      /^(?:[A-Z][a-z]{2} )?(?<time>\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}(?:[.,]\d{1,6})?(?:Z|[+-]\d{2}:?\d{2}| [A-Z]{3,5})?|\d{10}\.\d{6}) [\w.-]{1,255} [\w/.@:-]{1,100}\[\d{1,10}\]: /,
  },
  {
    name: "journald short-monotonic",
    source: "https://www.freedesktop.org/software/systemd/man/latest/journalctl.html#-o",
    pattern: /^\[ {0,10}\d{1,10}\.\d{6}\] [\w.-]{1,255} [\w/.@-]{1,100}\[\d{1,10}\]: /,
  },
  {
    name: "Ruby Logger (Rails)",
    source: "https://docs.ruby-lang.org/en/master/Logger/Formatter.html",
    pattern:
      /^[DIWEFA], \[(?<time>\d{4}-\d{2}-\d{2}T[\d:.]{8,20}) #\d{1,10}\] {1,2}[A-Z]{3,7} -- [^:]{0,100}: (?:\[(?<request>[\w-]{8,64})\] )?/,
  },
  {
    name: "Rails tagged log",
    source: "https://guides.rubyonrails.org/debugging_rails_applications.html#tagged-logging",
    pattern: /^\[(?<request>[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32})\] /,
  },
  {
    name: "syslog tag alone",
    source: "https://docs.haproxy.org/3.0/configuration.html#8.2 (log to stdout)",
    pattern: /^[\w/.-]{1,100}\[\d{1,10}\]: /,
  },
  {
    name: "kubectl logs --timestamps, docker logs -t",
    source: "https://kubernetes.io/docs/reference/kubectl/generated/kubectl_logs/",
    pattern: /^(?<time>\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{9}(?:Z|[+-]\d{2}:\d{2})) /,
  },
];

/** Access logs, with request and status at fixed places. The first match is used. */
export const accessFormats: readonly LineFormat[] = [
  {
    name: "nginx and Apache combined, common (CLF)",
    source:
      "https://nginx.org/en/docs/http/ngx_http_log_module.html and https://httpd.apache.org/docs/2.4/logs.html#accesslog; also gunicorn, Tomcat, Puma, Traefik CLF, with a virtual host in front",
    pattern:
      /^(?:\S{1,255}:\d{1,5} )?\S{1,255} \S{1,255} \S{1,255} \[(?<time>[^\]]{20,32})\] "(?:(?<method>[A-Z-]{3,20}) (?<path>[^\s"]{1,8192})[^"]{0,8192}|[^"]{0,8192})" (?<status>\d{3}) /,
  },
  {
    name: "HAProxy HTTP log",
    source: "https://docs.haproxy.org/3.0/configuration.html#8.2.3",
    pattern:
      /^[\da-fA-F.:]{3,45}:\d{1,5} \[(?<time>[^\]]{20,32})\] \S{1,200} \S{1,200} [-+\d]{1,12}(?:\/[-+\d]{1,12}){4} (?<status>\d{3}) .{1,3000}? "(?<method>[A-Z]{3,10}) (?<path>[^\s"]{1,8192})/,
  },
  {
    name: "AWS ALB",
    source:
      "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html#access-log-entry-format",
    pattern:
      /^(?:https?|h2|grpcs?|wss?) (?<time>\d{4}-\S{15,30}) \S{1,300} \S{1,60} \S{1,60} [-.\d]{1,12} [-.\d]{1,12} [-.\d]{1,12} (?<status>\d{3}) (?:\d{3}|-) \d{1,15} \d{1,15} "(?<method>[A-Z-]{1,10}) (?<path>[^\s"]{1,8192})/,
  },
  {
    name: "AWS classic ELB",
    source: "https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/access-log-collection.html",
    pattern:
      /^(?<time>\d{4}-\d{2}-\d{2}T\S{9,20}) \S{1,100} \S{1,60} \S{1,60} [-.\d]{1,12} [-.\d]{1,12} [-.\d]{1,12} (?<status>\d{3}) (?:\d{1,3}|-) \d{1,15} \d{1,15} "(?<method>[A-Z-]{1,10}) (?<path>[^\s"]{1,8192})/,
  },
  {
    name: "Envoy",
    source:
      "https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage#default-format-string",
    pattern:
      /^\[(?<time>\d{4}-\d{2}-\d{2}T[\d:.]{8,20}Z)\] "(?<method>[A-Z-]{1,20}) (?<path>[^\s"]{1,8192}) HTTP\/[\d.]{1,3}" (?<status>\d{3}) /,
  },
  {
    name: "Werkzeug (Flask)",
    source: "https://werkzeug.palletsprojects.com/en/stable/serving/",
    pattern:
      /^\S{1,60} - - \[(?<time>\d{2}\/[A-Z][a-z]{2}\/\d{4} \d{2}:\d{2}:\d{2})\] "(?<method>[A-Z]{3,10}) (?<path>[^\s"]{1,8192})[^"]{0,20}" (?<status>\d{3}) /,
  },
  {
    name: "Django runserver",
    source: "https://docs.djangoproject.com/en/stable/ref/logging/#django-server",
    pattern:
      /^\[(?<time>\d{2}\/[A-Z][a-z]{2}\/\d{4} \d{2}:\d{2}:\d{2})\] "(?<method>[A-Z]{3,10}) (?<path>[^\s"]{1,8192})[^"]{0,20}" (?<status>\d{3}) \d/,
  },
  {
    name: "Uvicorn",
    source: "https://www.uvicorn.org/settings/#logging",
    pattern:
      /^INFO: {1,10}\S{3,60} - "(?<method>[A-Z]{3,10}) (?<path>[^\s"]{1,8192}) HTTP\/[\d.]{1,3}" (?<status>\d{3})(?: |$)/,
  },
  {
    name: "php-fpm access log",
    source: "https://www.php.net/manual/en/install.fpm.configuration.php#access-format",
    pattern:
      /^\S{1,60} - {1,2}\S{0,60} ?(?<time>\d{2}\/[A-Z][a-z]{2}\/\d{4}:\d{2}:\d{2}:\d{2} [+-]\d{4}) "(?<method>[A-Z]{3,10}) (?<path>[^\s"]{1,8192})[^"]{0,20}" (?<status>\d{3})(?: |$)/,
  },
  {
    name: "Gin",
    source: "https://gin-gonic.com/en/docs/examples/custom-log-format/",
    pattern:
      /^\[GIN\] (?<time>\d{4}\/\d{2}\/\d{2} - \d{2}:\d{2}:\d{2}) \| {0,3}(?<status>\d{3}) \|[^|]{1,60}\|[^|]{1,60}\| {0,3}(?<method>[A-Z]{3,10}) {1,10}"?(?<path>\/[^\s"]{0,8192})/,
  },
  {
    name: "Fiber",
    source: "https://docs.gofiber.io/api/middleware/logger/",
    pattern:
      /^\[?(?<time>[\d/: -]{8,30})\]? \| (?<status>\d{3}) \|[^|]{1,60}\|[^|]{1,60}\| {0,3}(?<method>[A-Z]{3,10}) {0,3}\| {0,3}(?<path>\/[^\s|]{0,8192})/,
  },
  {
    name: "chi",
    source: "https://github.com/go-chi/chi/blob/master/middleware/logger.go",
    pattern:
      /^(?<time>\d{4}\/\d{2}\/\d{2} \d{2}:\d{2}:\d{2}) (?:\[(?<request>[^\]]{3,200})\] )?"(?<method>[A-Z]{3,10}) (?<path>[^\s"]{1,8192}) HTTP\/[\d.]{1,3}" from \S{1,100} - (?<status>\d{3}) /,
  },
  {
    name: "morgan dev, tiny, short",
    source: "https://github.com/expressjs/morgan#predefined-formats",
    pattern:
      /^(?:\S{2,60} \S{1,60} )?(?<method>[A-Z]{3,10}) (?<path>\/[^\s"]{0,8192})(?: HTTP\/[\d.]{1,3})? (?<status>\d{3}) (?:[\d.]{1,20} ms - (?:\d{1,15}|-)|(?:\d{1,15}|-) - (?:[\d.]{1,20}|-) ms)$/,
  },
  {
    name: "ASP.NET Core (Request finished)",
    source: "https://learn.microsoft.com/aspnet/core/fundamentals/logging/",
    pattern:
      /\bRequest finished HTTP\/[\d.]{1,3} (?<method>[A-Z]{3,10}) (?<path>https?:\/\/\S{1,8192}) [^\n]{0,300}?- (?<status>\d{3}) (?:-|\d{1,15}) \S{1,100} [\d.]{1,20}ms/,
  },
  {
    name: "IIS (W3C format, default fields)",
    source: "https://learn.microsoft.com/windows/win32/http/w3c-logging",
    pattern:
      /^(?<time>\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}) [\da-fA-F.:]{3,45} (?<method>[A-Z]{3,10}) (?<path>\/\S{0,8192}) \S{1,8192} \d{1,5} \S{1,256} [\da-fA-F.:]{3,45} \S{1,4096} (?:\S{1,4096} )?(?<status>\d{3}) \d{1,5} \d{1,10} \d{1,10}(?: |$)/,
  },
  {
    name: "CloudFront standard log",
    source: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html",
    pattern:
      /^(?<time>\d{4}-\d{2}-\d{2}\t\d{2}:\d{2}:\d{2})\t[^\t]{1,60}\t[-\d]{1,15}\t[^\t]{1,60}\t(?<method>[A-Z]{3,10})\t[^\t]{1,255}\t(?<path>\/[^\t]{0,8192})\t(?<status>\d{3})\t/,
  },
  {
    name: "nginx with a custom log_format",
    source: "https://nginx.org/en/docs/http/ngx_http_log_module.html#log_format",
    pattern:
      /(?:\] (?<before>\d{3}) )?"(?<method>[A-Z]{3,10}) (?<path>[^\s"]{1,8192})(?: HTTP\/[\d.]{1,3})?"(?: (?<status>\d{3})(?= |$))?/,
  },
];

/** Framework messages about the beginning or end of a request. `begin` and `end` are paired if the lines have no id. */
export const messageFormats: readonly (LineFormat & { readonly part?: "begin" | "end" })[] = [
  {
    name: "Rails (Started)",
    source: "https://guides.rubyonrails.org/action_controller_overview.html",
    pattern:
      /^Started (?<method>[A-Z]{3,10}) "(?<path>[^"]{1,8192})" for \S{1,60} at (?<time>[\d-]{10} [\d:]{8} [+-]\d{4})/,
    part: "begin",
  },
  {
    name: "Rails (Completed)",
    source: "https://guides.rubyonrails.org/action_controller_overview.html",
    pattern: /^Completed (?<status>\d{3}) [A-Z]/,
    part: "end",
  },
  {
    name: "Django",
    source: "https://docs.djangoproject.com/en/stable/ref/logging/#django-request",
    pattern: /(?:^|[\s\]:])(?<phrase>[A-Z][a-z]{2,20}(?: [A-Z][a-z]{1,20}){0,2}): (?<path>\/[^\s"]{0,8192})$/,
  },
  {
    name: "AWS Lambda (START, END, REPORT)",
    source: "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html",
    pattern: /^(?:START|END|REPORT) RequestId: (?<request>[\w-]{2,64})/,
  },
  {
    name: "nginx error log",
    source: "https://nginx.org/en/docs/ngx_core_module.html#error_log",
    pattern: /^\d{4}\/\d{2}\/\d{2} \d{2}:\d{2}:\d{2} \[[a-z]{3,8}\] \d{1,10}#\d{1,10}: /,
  },
  {
    name: "Apache error log",
    source: "https://httpd.apache.org/docs/2.4/logs.html#errorlog",
    pattern: /^\[[A-Z][a-z]{2} [A-Z][a-z]{2} {1,2}\d{1,2} [\d:.]{8,15} \d{4}\] \[[\w:-]{1,60}\] /,
  },
  {
    name: "php-fpm and PHP error log",
    source: "https://www.php.net/manual/en/install.fpm.configuration.php#error-log",
    pattern: /^\[\d{2}-[A-Z][a-z]{2}-\d{4} \d{2}:\d{2}:\d{2}(?: [\w/+-]{1,40})?\] /,
  },
  {
    name: "Spring Boot (logback)",
    source: "https://docs.spring.io/spring-boot/reference/features/logging.html#features.logging.log-format",
    pattern:
      /^\d{4}-\d{2}-\d{2}[T ][\d:.,]{8,15}(?:Z|[+-]\d{2}:\d{2})? {1,5}(?:TRACE|DEBUG|INFO|WARN|ERROR|FATAL) \d{1,10} --- /,
  },
  {
    name: "log4j and logback",
    source: "https://logging.apache.org/log4j/2.x/manual/pattern-layout.html",
    pattern:
      /^\d{4}-\d{2}-\d{2}[T ][\d:.,]{8,15} {1,5}(?:\[[^\]]{1,200}\] {1,5})?(?:TRACE|DEBUG|INFO|WARN|ERROR|FATAL)\b/,
  },
  {
    name: "Laravel",
    source: "https://laravel.com/docs/logging",
    pattern: /^\[\d{4}-\d{2}-\d{2}[T ][\d:.+-]{8,32}\] [\w-]{1,40}\.[A-Z]{4,9}: /,
  },
  {
    name: "Serilog text",
    source: "https://github.com/serilog/serilog-sinks-console#output-templates",
    pattern:
      /^\[?(?:\d{4}-\d{2}-\d{2} )?\d{2}:\d{2}:\d{2}(?:\.\d{1,7})?(?: [+-]\d{2}:\d{2})? \[?(?:VRB|DBG|INF|WRN|ERR|FTL)\] /,
  },
  {
    name: "NestJS",
    source: "https://docs.nestjs.com/techniques/logger",
    pattern: /^\[[\w ]{1,40}\] \d{1,10} {1,3}- \d{1,2}\/\d{1,2}\/\d{4}, /,
  },
  {
    name: "pino-pretty",
    source: "https://github.com/pinojs/pino-pretty",
    pattern: /^\[[\d:. +-]{8,40}\] (?:TRACE|DEBUG|INFO|WARN|ERROR|FATAL)(?: \([^)]{1,100}\))?: /,
  },
  {
    name: "gunicorn error log",
    source: "https://docs.gunicorn.org/en/stable/settings.html#logging",
    pattern: /^\[\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2} [+-]\d{4}\] \[\d{1,10}\] \[[A-Z]{4,8}\] /,
  },
  {
    name: "winston simple, Caddy and zap console",
    source: "https://github.com/winstonjs/winston#formats and https://pkg.go.dev/go.uber.org/zap",
    pattern:
      /^(?:\d{4}[-/]\d{2}[-/]\d{2}[T ][\d:.]{8,16}(?:Z|[+-]\d{2}:?\d{2})?\s)?(?:error|warn|info|http|verbose|debug|silly|ERROR|WARN|INFO|DEBUG)[:\t]/,
  },
  {
    name: "Python logging",
    source: "https://docs.python.org/3/library/logging.html#logrecord-attributes",
    pattern:
      /^(?:\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2},\d{3} - \S{1,100} - (?:DEBUG|INFO|WARNING|ERROR|CRITICAL) - |(?:DEBUG|INFO|WARNING|ERROR|CRITICAL)[: ](?:\S{1,100}:|\d{4}-))/,
  },
  {
    name: "Go log",
    source: "https://pkg.go.dev/log#pkg-constants",
    pattern: /^\d{4}\/\d{2}\/\d{2} \d{2}:\d{2}:\d{2}(?:\.\d{6})? /,
  },
  {
    name: "klog (Kubernetes)",
    source: "https://github.com/kubernetes/community/blob/master/contributors/devel/sig-instrumentation/logging.md",
    pattern: /^[IWEF]\d{4} \d{2}:\d{2}:\d{2}\.\d{6} {1,10}\d{1,10} [\w.-]{1,100}:\d{1,6}\] /,
  },
];

/** Column names of W3C extended logs (IIS, CloudFront), as listed after `#Fields:`. */
export const w3cFields = {
  name: "W3C extended (#Fields:)",
  source: "https://www.w3.org/TR/WD-logfile.html",
  status: "sc-status",
  method: "cs-method",
  path: "cs-uri-stem",
  query: "cs-uri-query",
  date: "date",
  time: "time",
} as const;

/** `key=value` formats, recognized by their keys. */
export const pairFormats: readonly {
  readonly name: string;
  readonly source: string;
  readonly has: readonly string[];
}[] = [
  {
    name: "Heroku router",
    source: "https://devcenter.heroku.com/articles/http-routing#heroku-router-log-format",
    has: ["dyno", "fwd"],
  },
  { name: "lograge", source: "https://github.com/roidrage/lograge", has: ["controller", "action"] },
  { name: "logfmt", source: "https://brandur.org/logfmt", has: [] },
];

/** The keys under which `key=value` logs have each fact. */
export const pairKeys = {
  status: [
    "status",
    "status_code",
    "statusCode",
    "http_status",
    "http.status_code",
    "http.response.status_code",
    "response_code",
  ],
  method: ["method", "http_method", "http.method", "verb", "request_method"],
  path: ["path", "url", "uri", "request_uri", "http.target", "http.url", "request_path"],
  time: ["time", "ts", "timestamp", "t", "date", "@timestamp"],
  request: ["request_id", "req_id", "reqId", "requestId", "trace_id", "traceId", "correlation_id"],
} as const;
