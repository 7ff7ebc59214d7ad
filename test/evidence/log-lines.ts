/** What a line must be read as; what is left out is not in it. `time` false: the line has none, or no day. */
interface Expected {
  readonly status?: number;
  readonly method?: string;
  readonly path?: string;
  readonly time?: false;
  /** Other than 12:00:00 UTC of the day. */
  readonly at?: string;
}

/** Log formats as people have them: lines as their programs write them. All at 2026-06-19 12:00:00 UTC. */
export interface FormatLines {
  readonly format: string;
  readonly lines: readonly (readonly [line: string, expected: Expected])[];
  /** Lines that a W3C log begins with. */
  readonly columns?: string;
}

const post = (status: number, path = "/hooks"): Expected => ({ status, method: "POST", path });

const combined = (status: number, rest = ' "-" "10x-webhooks/2"'): string =>
  `203.0.113.9 - - [19/Jun/2026:12:00:00 +0000] "POST /hooks HTTP/1.1" ${status} 12${rest}`;

const docker = (line: string, stream = "stdout"): string =>
  JSON.stringify({ log: `${line}\n`, stream, time: "2026-06-19T12:00:00.123456789Z" });

const json = (value: unknown): string => JSON.stringify(value);

const ms = Date.parse("2026-06-19T12:00:00Z");

export const formats: readonly FormatLines[] = [
  {
    format: "nginx combined",
    lines: [
      [combined(401), post(401)],
      [
        '203.0.113.9 - bob [19/Jun/2026:14:00:00 +0200] "POST /hooks?x=1 HTTP/2.0" 503 0 "https://a.example/" "curl/8"',
        post(503, "/hooks?x=1"),
      ],
    ],
  },
  {
    format: "nginx custom log_format",
    lines: [
      [`${combined(401)} "203.0.113.9" rt=0.012 uct="0.001" urt="0.012" us=500`, post(401)],
      ['[19/Jun/2026:12:00:00 +0000] 401 "POST /hooks HTTP/1.1" 203.0.113.9 hooks.acme.example 0.012', post(401)],
      ['hooks.acme.example [19/Jun/2026:12:00:00 +0000] 0.012 "POST /hooks HTTP/1.1" 502 157', post(502)],
      ["2026-06-19T12:00:00+00:00\t203.0.113.9\tPOST\t/hooks\t401\t0.012", post(401)],
    ],
  },
  {
    format: "nginx JSON",
    lines: [
      [
        json({
          time_iso8601: "2026-06-19T12:00:00+00:00",
          remote_addr: "203.0.113.9",
          request: "POST /hooks HTTP/1.1",
          status: "401",
          request_time: "0.012",
        }),
        post(401),
      ],
      [
        json({
          msec: "1781870400.123",
          request_method: "POST",
          request_uri: "/hooks",
          status: 200,
          body_bytes_sent: 500,
        }),
        post(200),
      ],
    ],
  },
  {
    format: "nginx error log",
    lines: [
      [
        '2026/06/19 12:00:00 [error] 31#31: *7 connect() failed (111: Connection refused) while connecting to upstream, client: 203.0.113.9, server: hooks.acme.example, request: "POST /hooks HTTP/1.1", upstream: "http://127.0.0.1:3000/hooks", host: "hooks.acme.example"',
        { method: "POST", path: "/hooks" },
      ],
      [
        '2026/06/19 12:00:00 [error] 31#31: *7 client intended to send too large body: 10485761 bytes, client: 203.0.113.9, server: _, request: "POST /hooks HTTP/1.1", host: "hooks.acme.example"',
        { method: "POST", path: "/hooks" },
      ],
    ],
  },
  {
    format: "Apache common, combined, vhost",
    lines: [
      [combined(401, ""), post(401)],
      [`hooks.acme.example:443 ${combined(200)}`, post(200)],
    ],
  },
  {
    format: "Apache error log",
    lines: [
      [
        "[Fri Jun 19 12:00:00.740000 2026] [authz_core:error] [pid 31:tid 139] [client 203.0.113.9:4711] AH01630: client denied by server configuration: /srv/hooks",
        {},
      ],
      [
        "[Fri Jun 19 12:00:00.000000 2026] [proxy:error] [pid 404:tid 500] (111)Connection refused: AH00957: http: attempt to connect to 127.0.0.1:3000 (localhost) failed",
        {},
      ],
    ],
  },
  {
    format: "Caddy",
    lines: [
      [
        json({
          level: "info",
          ts: 1781870400.123,
          logger: "http.log.access.log0",
          msg: "handled request",
          request: { remote_ip: "203.0.113.9", proto: "HTTP/1.1", method: "POST", host: "acme.example", uri: "/hooks" },
          bytes_read: 404,
          duration: 0.012,
          size: 200,
          status: 401,
        }),
        post(401),
      ],
      [
        '2026/06/19 12:00:00.123\tINFO\thttp.log.access\thandled request\t{"request": {"remote_ip": "203.0.113.9", "method": "POST", "uri": "/hooks"}, "bytes_read": 98, "size": 500, "status": 200}',
        post(200),
      ],
    ],
  },
  {
    format: "Traefik",
    lines: [
      [
        json({
          ClientAddr: "203.0.113.9:4711",
          DownstreamStatus: 401,
          OriginStatus: 200,
          RequestMethod: "POST",
          RequestPath: "/hooks",
          StartUTC: "2026-06-19T12:00:00.000000000Z",
          time: "2026-06-19T12:00:01Z",
        }),
        post(401),
      ],
      [`${combined(401, ' "-" "-"')} 71 "hooks@docker" "http://172.17.0.2:3000" 12ms`, post(401)],
    ],
  },
  {
    format: "HAProxy",
    lines: [
      [
        'Jun 19 12:00:00 lb haproxy[14389]: 203.0.113.9:4711 [19/Jun/2026:12:00:00.740] https-in~ hooks/app1 0/0/0/12/12 401 212 - - ---- 1/1/0/0/0 0/0 "POST /hooks HTTP/1.1"',
        post(401),
      ],
      [
        'haproxy[14389]: 203.0.113.9:4711 [19/Jun/2026:12:00:00.740] http-in hooks/<NOSRV> 0/-1/-1/-1/+0 503 212 - - SC-- 1/1/1/1/0 0/0 {acme.example|500} {} "POST /hooks HTTP/1.1"',
        post(503),
      ],
    ],
  },
  {
    format: "Envoy",
    lines: [
      [
        '[2026-06-19T12:00:00.740Z] "POST /hooks HTTP/1.1" 401 - 98 200 12 11 "203.0.113.9" "10x-webhooks/2" "r1" "hooks.acme.example" "10.0.0.1:3000"',
        post(401),
      ],
      [
        json({
          start_time: "2026-06-19T12:00:00.740Z",
          method: "POST",
          path: "/hooks",
          response_code: 503,
          response_flags: "UH",
          duration: 200,
        }),
        post(503),
      ],
    ],
  },
  {
    format: "AWS ALB",
    lines: [
      [
        'https 2026-06-19T12:00:00.740000Z app/hooks/50dc6c495c0c9188 203.0.113.9:4711 10.0.0.1:3000 0.000 0.012 0.000 401 200 512 404 "POST https://hooks.acme.example:443/hooks HTTP/1.1" "10x-webhooks/2" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/h/1 "Root=1-58337262-36d228ad5d99923122bbe354" "hooks.acme.example" "-" 0 2026-06-19T12:00:00.728000Z "forward" "-" "-" "10.0.0.1:3000" "200" "-" "-"',
        post(401, "https://hooks.acme.example:443/hooks"),
      ],
      [
        'h2 2026-06-19T12:00:00.000000Z app/hooks/50dc 203.0.113.9:4711 - -1 -1 -1 503 - 512 212 "POST https://hooks.acme.example:443/hooks HTTP/2.0" "ua" - -',
        post(503, "https://hooks.acme.example:443/hooks"),
      ],
      [
        '2026-06-19T12:00:00.000000Z my-elb 203.0.113.9:4711 10.0.0.1:80 0.000073 0.001048 0.000057 401 401 0 29 "POST http://hooks.acme.example:80/hooks HTTP/1.1" "curl" - -',
        post(401, "http://hooks.acme.example:80/hooks"),
      ],
    ],
  },
  {
    format: "CloudFront",
    lines: [
      [
        "2026-06-19\t12:00:00\tFRA56-P3\t500\t203.0.113.9\tPOST\td111.cloudfront.net\t/hooks\t401\t-\tua\t-\t-\tError\tabc==\thooks.acme.example\thttps\t98\t0.012",
        post(401),
      ],
      [
        "2026-06-19\t12:00:00\tSEA19-C1\t200\t2001:db8::1\tPOST\td111.cloudfront.net\t/hooks\t502\t-\tua\tx=1\t-\tError\tabc==\thooks.acme.example\thttps\t98\t0.012",
        post(502),
      ],
    ],
  },
  {
    format: "API Gateway",
    lines: [
      [
        json({
          requestId: "r1",
          ip: "203.0.113.9",
          requestTime: "19/Jun/2026:12:00:00 +0000",
          httpMethod: "POST",
          routeKey: "POST /hooks",
          path: "/hooks",
          status: "401",
          protocol: "HTTP/1.1",
          responseLength: "200",
        }),
        post(401),
      ],
      [
        json({
          requestId: "r1",
          requestTimeEpoch: ms,
          routeKey: "POST /hooks",
          status: "502",
          integrationStatus: "200",
        }),
        post(502),
      ],
    ],
  },
  {
    format: "Cloudflare",
    lines: [
      [
        json({
          ClientIP: "203.0.113.9",
          ClientRequestHost: "hooks.acme.example",
          ClientRequestMethod: "POST",
          ClientRequestURI: "/hooks",
          EdgeEndTimestamp: (ms + 12) * 1e6,
          EdgeResponseStatus: 401,
          EdgeStartTimestamp: ms * 1e6,
          OriginResponseStatus: 200,
        }),
        post(401),
      ],
      [
        json({
          outcome: "ok",
          scriptName: "hooks",
          eventTimestamp: ms,
          event: { request: { method: "POST", url: "https://hooks.acme.example/hooks" }, response: { status: 401 } },
          logs: [],
        }),
        post(401, "https://hooks.acme.example/hooks"),
      ],
    ],
  },
  {
    format: "Heroku router",
    lines: [
      [
        '2026-06-19T12:00:00.740000+00:00 heroku[router]: at=info method=POST path="/hooks" host=acme.herokuapp.com request_id=8601b555 fwd="203.0.113.9" dyno=web.1 connect=0ms service=250ms status=401 bytes=200 protocol=https',
        post(401),
      ],
      [
        '2026-06-19T12:00:00.000000+00:00 heroku[router]: at=error code=H12 desc="Request timeout" method=POST path="/hooks" host=acme.herokuapp.com request_id=8601b555 fwd="203.0.113.9" dyno=web.1 connect=0ms service=30000ms status=503 bytes=0 protocol=https',
        post(503),
      ],
      ["2026-06-19T12:00:00.000000+00:00 app[web.200]: signature mismatch evt_1", {}],
    ],
  },
  {
    format: "Vercel",
    lines: [
      [
        json({
          id: "1573817187330377061717300000",
          deploymentId: "dpl_x",
          source: "lambda",
          timestamp: ms,
          level: "error",
          message: "START\nsignature mismatch\nEND",
          path: "/hooks",
          statusCode: 401,
          proxy: { timestamp: ms, method: "POST", path: "/hooks", statusCode: 401 },
        }),
        post(401),
      ],
      [
        json({
          id: "1",
          deploymentId: "dpl_x",
          source: "static",
          timestamp: ms,
          proxy: { method: "POST", path: "/hooks", statusCode: 504 },
        }),
        post(504),
      ],
    ],
  },
  {
    format: "Docker json-file",
    lines: [
      [docker(combined(401)), post(401)],
      [
        docker(json({ level: 30, time: ms, req: { method: "POST", url: "/hooks" }, res: { statusCode: 401 } })),
        post(401),
      ],
      [docker("POST /hooks 401 12.3 ms - 12"), post(401)],
    ],
  },
  {
    format: "docker compose logs",
    lines: [
      [`web-1  | ${combined(401)}`, post(401)],
      [`hooks_web-1  | {"time":"2026-06-19T12:00:00Z","method":"POST","path":"/hooks","status":200}`, post(200)],
    ],
  },
  {
    format: "CRI (containerd)",
    lines: [
      [`2026-06-19T12:00:00.740123456Z stdout F ${combined(401)}`, post(401)],
      ['2026-06-19T12:00:00.740123456+00:00 stderr F {"method":"POST","path":"/hooks","status":503}', post(503)],
    ],
  },
  {
    format: "kubectl logs",
    lines: [
      [`2026-06-19T12:00:00.740123456Z ${combined(401)}`, post(401)],
      ["[pod/hooks-200-abc/app] 2026-06-19T12:00:00.740123456Z POST /hooks 401 12.3 ms - 12", post(401)],
    ],
  },
  {
    format: "journald short",
    lines: [
      ["Jun 19 12:00:00 web-200 app[404]: POST /hooks 401 signature mismatch evt_1", post(401)],
      ["Fri 2026-06-19 12:00:00 UTC web1 app[42]: POST /hooks returned 401", post(401)],
      ["2026-06-19T12:00:00+0000 web1 app[42]: POST /hooks 401 3ms", post(401)],
      ["1781870400.740000 web1 app[42]: POST /hooks -> 401", post(401)],
    ],
  },
  {
    format: "journald json, export, verbose, cat",
    lines: [
      [
        json({
          __REALTIME_TIMESTAMP: String(ms * 1000),
          _HOSTNAME: "web1",
          PRIORITY: "6",
          MESSAGE: "POST /hooks 401 evt_1",
        }),
        post(401),
      ],
      [json({ __REALTIME_TIMESTAMP: String(ms * 1000), MESSAGE: [...Buffer.from("POST /hooks 401 ä")] }), post(401)],
      [
        `__CURSOR=s=1;i=200\n__REALTIME_TIMESTAMP=${ms * 1000}\n_PID=404\nMESSAGE=POST /hooks 401 signature mismatch\n`,
        post(401),
      ],
      [
        "Fri 2026-06-19 12:00:00.000000 UTC [s=1;i=200]\n    PRIORITY=6\n    _PID=404\n    MESSAGE=POST /hooks 401 signature mismatch",
        post(401),
      ],
      ["POST /hooks 401 signature mismatch", { ...post(401), time: false }],
    ],
  },
  {
    format: "syslog RFC 5424",
    lines: [
      [`<134>1 2026-06-19T12:00:00.000Z lb nginx 404 - - ${combined(401)}`, post(401)],
      ['<134>1 2026-06-19T12:00:00.000Z web app 200 ID47 [x@1 a="500"] POST /hooks status=503', post(503)],
    ],
  },
  {
    format: "pino",
    lines: [
      [
        json({
          level: 30,
          time: ms,
          pid: 404,
          hostname: "h",
          req: { id: 1, method: "POST", url: "/hooks" },
          res: { statusCode: 401 },
          responseTime: 250,
        }),
        post(401),
      ],
      [
        json({
          level: 50,
          time: "2026-06-19T12:00:00.000Z",
          pid: 1,
          hostname: "h",
          err: { status: 500 },
          msg: "evt_1 failed",
        }),
        {},
      ],
    ],
  },
  {
    format: "pino-pretty",
    lines: [
      [
        '[2026-06-19 12:00:00.000 +0000] INFO (404): request completed\n    req: {\n      "method": "POST",\n      "url": "/hooks"\n    }\n    res: {\n      "statusCode": 401\n    }\n    responseTime: 250',
        post(401),
      ],
      ["[12:00:00.740] INFO (42): POST /hooks returned 200", { ...post(200), time: false }],
    ],
  },
  {
    format: "Fastify",
    lines: [
      [
        json({
          level: 30,
          time: ms,
          reqId: "req-200",
          req: { method: "POST", url: "/hooks", remotePort: 443 },
          msg: "incoming request",
        }),
        { method: "POST", path: "/hooks" },
      ],
      [
        json({
          level: 30,
          time: ms,
          reqId: "req-200",
          res: { statusCode: 401 },
          responseTime: 250,
          msg: "request completed",
        }),
        { status: 401 },
      ],
    ],
  },
  {
    format: "winston",
    lines: [
      [json({ level: "warn", message: "POST /hooks 401 evt_1", timestamp: "2026-06-19T12:00:00.000Z" }), post(401)],
      ["2026-06-19T12:00:00.740Z warn: POST /hooks 401 evt_1", post(401)],
      [
        json({
          level: "info",
          message: "HTTP POST /hooks",
          timestamp: "2026-06-19T12:00:00Z",
          meta: { req: { method: "POST", url: "/hooks" }, res: { statusCode: 503 } },
        }),
        post(503),
      ],
    ],
  },
  {
    format: "bunyan",
    lines: [
      [
        json({
          name: "app",
          hostname: "h",
          pid: 404,
          level: 30,
          req: { method: "POST", url: "/hooks" },
          res: { statusCode: 401 },
          msg: "done",
          time: "2026-06-19T12:00:00.000Z",
          v: 0,
        }),
        post(401),
      ],
      [
        json({
          name: "audit",
          hostname: "h",
          pid: 1,
          level: 30,
          req: { method: "POST", url: "/hooks" },
          res: { statusCode: 200 },
          latency: 404,
          time: "2026-06-19T12:00:00.000Z",
          v: 0,
        }),
        post(200),
      ],
    ],
  },
  {
    format: "morgan",
    lines: [
      ["POST /hooks 401 12.3 ms - 200", { ...post(401), time: false }],
      ["POST /hooks 503 - - 12.345 ms", { ...post(503), time: false }],
      ["203.0.113.9 - POST /hooks HTTP/1.1 401 12 - 3.2 ms", { ...post(401), time: false }],
    ],
  },
  {
    format: "NestJS",
    lines: [
      ["[Nest] 404  - 06/19/2026, 12:00:00 PM     LOG [HTTP] POST /hooks 401 12 - 10x-webhooks/2", post(401)],
      [
        "[Nest] 42  - 06/19/2026, 12:00:00 PM   ERROR [ExceptionsHandler] Request failed with status code 500",
        { status: 500 },
      ],
    ],
  },
  {
    format: "logfmt",
    lines: [
      [
        'time=2026-06-19T12:00:00.740Z level=warn msg="signature mismatch" method=POST path=/hooks status=401 bytes=200',
        post(401),
      ],
      ['ts=1781870400.740 caller=h.go:200 level=info method=POST path="/hooks" status=200 took=250ms', post(200)],
    ],
  },
  {
    format: "zap, slog, zerolog, logrus, echo",
    lines: [
      [
        json({
          level: "warn",
          ts: 1781870400.74,
          caller: "h.go:404",
          msg: "req",
          method: "POST",
          path: "/hooks",
          status: 401,
        }),
        post(401),
      ],
      [
        json({
          time: "2026-06-19T12:00:00Z",
          level: "WARN",
          msg: "request",
          method: "POST",
          uri: "/hooks",
          status: 503,
          latency: 250,
        }),
        post(503),
      ],
    ],
  },
  {
    format: "Go log, chi",
    lines: [
      ["2026/06/19 12:00:00 main.go:200: POST /hooks -> 401 in 3ms", post(401)],
      [
        '2026/06/19 12:00:00 [web/abc-000200] "POST http://hooks.acme.example/hooks HTTP/1.1" from 203.0.113.9:443 - 401 12B in 1.2ms',
        post(401, "http://hooks.acme.example/hooks"),
      ],
    ],
  },
  {
    format: "Gin, Fiber",
    lines: [
      ['[GIN] 2026/06/19 - 12:00:00 | 401 |    250.1µs |     203.0.113.9 | POST     "/hooks"', post(401)],
      ["12:00:00 | 503 |   1.2ms | 203.0.113.9 | POST | /hooks | -", { ...post(503), time: false }],
    ],
  },
  {
    format: "log4j",
    lines: [
      ["2026-06-19 12:00:00,740 WARN  [http-nio-8080-exec-101] c.a.Hooks:200 - POST /hooks returned 401", post(401)],
      ["2026-06-19 12:00:00,740 [pool-1-thread-500] ERROR c.a.Hooks - signature mismatch evt_1", {}],
    ],
  },
  {
    format: "Spring Boot (logback)",
    lines: [
      [
        "2026-06-19T12:00:00.740Z  WARN 404 --- [hooks] [nio-8080-exec-101] o.s.w.f.CommonsRequestLoggingFilter : POST /hooks responded with status 401",
        post(401),
      ],
      [
        "2026-06-19T12:00:00.740Z ERROR 200 --- [nio-8080-exec-500] o.a.c.c.C.[dispatcherServlet] : Servlet.service() threw exception\n\nCaused by: java.lang.IllegalStateException: HTTP 404\n\tat c.a.Hooks.post(Hooks.java:200)",
        {},
      ],
      [
        json({
          "@timestamp": "2026-06-19T12:00:00.740Z",
          "@version": "1",
          message: "POST /hooks responded with 401",
          thread_name: "http-nio-8080-exec-200",
        }),
        post(401),
      ],
    ],
  },
  {
    format: "Serilog",
    lines: [
      [
        json({
          "@t": "2026-06-19T12:00:00.740Z",
          "@mt": "HTTP {RequestMethod} {RequestPath} responded {StatusCode}",
          RequestMethod: "POST",
          RequestPath: "/hooks",
          StatusCode: 401,
          Elapsed: 200,
        }),
        post(401),
      ],
      ["2026-06-19 12:00:00.740 +00:00 [WRN] HTTP POST /hooks responded 401 in 250.1234 ms", post(401)],
      [
        json({
          Timestamp: "2026-06-19T12:00:00.7400000+00:00",
          Level: "Information",
          MessageTemplate: "HTTP",
          Properties: { RequestMethod: "POST", RequestPath: "/hooks", StatusCode: 503 },
        }),
        post(503),
      ],
    ],
  },
  {
    format: "ASP.NET Core",
    lines: [
      [
        "2026-06-19T12:00:00 info: Microsoft.AspNetCore.Hosting.Diagnostics[2]\n      Request finished HTTP/1.1 POST http://hooks.acme.example/hooks application/json 200 - 401 0 - 12.3456ms",
        post(401, "http://hooks.acme.example/hooks"),
      ],
      [
        json({
          Timestamp: "2026-06-19T12:00:00Z",
          EventId: 2,
          LogLevel: "Information",
          Message: "Request finished",
          State: { Method: "POST", Path: "/hooks", StatusCode: 503 },
        }),
        post(503),
      ],
    ],
  },
  {
    format: "Rails",
    lines: [
      ['Started POST "/hooks" for 203.0.113.9 at 2026-06-19 12:00:00 +0000', { method: "POST", path: "/hooks" }],
      [
        "I, [2026-06-19T12:00:00.740000 #404]  INFO -- : [0a1b2c3d-0000-4000-8000-000000000200] Completed 401 Unauthorized in 250ms (Views: 0.1ms)",
        { status: 401 },
      ],
      [
        'Processing by HooksController#create as JSON\n  Parameters: {"id"=>"evt_1", "status"=>"200", "status_code"=>500}',
        { time: false },
      ],
    ],
  },
  {
    format: "lograge",
    lines: [
      [
        "I, [2026-06-19T12:00:00.740000 #42]  INFO -- : method=POST path=/hooks format=json controller=HooksController action=create status=401 duration=200.10 view=0.00",
        post(401),
      ],
      [
        json({
          method: "POST",
          path: "/hooks",
          format: "json",
          controller: "HooksController",
          action: "create",
          status: 503,
          "@timestamp": "2026-06-19T12:00:00.000Z",
        }),
        post(503),
      ],
    ],
  },
  {
    format: "Django",
    lines: [
      ["WARNING 2026-06-19 12:00:00,740 log 71 140 Unauthorized: /hooks", { status: 401, path: "/hooks" }],
      ['[19/Jun/2026 12:00:00] "POST /hooks HTTP/1.1" 403 200', post(403)],
    ],
  },
  {
    format: "Flask (Werkzeug)",
    lines: [
      ['203.0.113.9 - - [19/Jun/2026 12:00:00] "POST /hooks HTTP/1.1" 401 -', post(401)],
      ['INFO:werkzeug:127.0.0.1 - - [19/Jun/2026 12:00:00] "POST /hooks HTTP/1.1" 500 -', post(500)],
    ],
  },
  {
    format: "gunicorn",
    lines: [
      [combined(401), post(401)],
      ["[2026-06-19 12:00:00 +0000] [404] [ERROR] Error handling request /hooks", {}],
    ],
  },
  {
    format: "Uvicorn",
    lines: [
      ['INFO:     203.0.113.9:443 - "POST /hooks HTTP/1.1" 401 Unauthorized', { ...post(401), time: false }],
      ['2026-06-19 12:00:00,740 - uvicorn.access - INFO - 203.0.113.9:4711 - "POST /hooks HTTP/1.1" 500', post(500)],
    ],
  },
  {
    format: "Laravel",
    lines: [
      [
        '[2026-06-19 12:00:00] production.WARNING: signature mismatch {"path":"/hooks","status":401,"event":"evt_1"} ',
        { status: 401, path: "/hooks" },
      ],
      [
        json({
          message: "signature mismatch",
          context: { path: "/hooks", status: 401 },
          level: 300,
          level_name: "WARNING",
          channel: "production",
          datetime: "2026-06-19T12:00:00.000000+00:00",
          extra: {},
        }),
        { status: 401, path: "/hooks" },
      ],
    ],
  },
  {
    format: "php-fpm",
    lines: [
      ['127.0.0.1 -  19/Jun/2026:12:00:00 +0000 "POST /hooks" 401', post(401)],
      ['[19-Jun-2026 12:00:00] WARNING: [pool www] child 404 said into stderr: "signature mismatch evt_1"', {}],
      ["[19-Jun-2026 12:00:00 UTC] PHP Fatal error:  Uncaught Exception in /srv/hooks.php:200", {}],
    ],
  },
  {
    format: "IIS",
    columns:
      "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status",
    lines: [
      ["2026-06-19 12:00:00 10.0.0.1 POST /hooks x=1 443 - 203.0.113.9 10x-webhooks/2 401", post(401, "/hooks?x=1")],
      ["2026-06-19 12:00:00 10.0.0.1 POST /hooks - 443 - 203.0.113.9 10x-webhooks/2 200", post(200)],
    ],
  },
  {
    format: "IIS without its #Fields line",
    lines: [
      ["2026-06-19 12:00:00 10.0.0.1 POST /hooks - 443 - 203.0.113.9 10x-webhooks/2 - 401 0 0 250", post(401)],
      [
        "2026-06-19 12:00:00 fe80::1 POST /hooks x=1 443 - 203.0.113.9 curl/8 https://a.example/ 503 2 5 500",
        post(503),
      ],
    ],
  },
  {
    format: "Google Cloud Logging",
    lines: [
      [
        json({
          insertId: "i",
          httpRequest: {
            requestMethod: "POST",
            requestUrl: "https://hooks.acme.example/hooks",
            status: 401,
            latency: "0.250s",
          },
          timestamp: "2026-06-19T12:00:00.740Z",
          severity: "WARNING",
        }),
        post(401, "https://hooks.acme.example/hooks"),
      ],
      [
        json({
          insertId: "i",
          textPayload: "POST /hooks 503 evt_1",
          timestamp: "2026-06-19T12:00:00.740Z",
          resource: { type: "cloud_run_revision" },
        }),
        post(503),
      ],
      [
        json({
          insertId: "i",
          jsonPayload: { message: "done", method: "POST", path: "/hooks", status: 401 },
          timestamp: "2026-06-19T12:00:00.740Z",
        }),
        post(401),
      ],
    ],
  },
  {
    format: "Datadog",
    lines: [
      [
        json({
          timestamp: "2026-06-19T12:00:00.740Z",
          service: "hooks",
          message: "signature mismatch",
          http: { method: "POST", url: "https://hooks.acme.example/hooks", status_code: 401 },
        }),
        post(401, "https://hooks.acme.example/hooks"),
      ],
      [
        json({
          id: "AA",
          content: {
            timestamp: "2026-06-19T12:00:00.000Z",
            service: "hooks",
            attributes: { http: { method: "POST", status_code: 503, url_details: { path: "/hooks" } } },
          },
        }),
        post(503),
      ],
    ],
  },
  {
    format: "ECS FireLens, fluent-bit",
    lines: [
      [
        json({
          container_id: "200",
          container_name: "/ecs-hooks",
          source: "stdout",
          log: combined(401),
          ecs_cluster: "c",
          ecs_task_arn: "arn:aws:ecs:eu-west-1:111122223333:task/c/404",
        }),
        post(401),
      ],
      [json({ date: 1781870400.123, log: "POST /hooks 503 evt_1", kubernetes: { pod_name: "hooks-200" } }), post(503)],
    ],
  },
  {
    format: "Elastic Common Schema, OpenTelemetry",
    lines: [
      [
        json({
          "@timestamp": "2026-06-19T12:00:00.000Z",
          http: { request: { method: "POST" }, response: { status_code: 401 } },
          url: { path: "/hooks" },
        }),
        post(401),
      ],
      [
        json({
          timestamp: "2026-06-19T12:00:00.000Z",
          body: "done",
          attributes: { "http.request.method": "POST", "url.path": "/hooks", "http.response.status_code": 503 },
        }),
        post(503),
      ],
    ],
  },
  {
    format: "CloudWatch Logs",
    lines: [
      [
        "2026-06-19T12:00:00.740Z 2026/06/19/[$LATEST]abc200 2026-06-19T12:00:00.740Z\tr1\tINFO\tPOST /hooks -> 401 evt_1",
        post(401),
      ],
      [
        json({
          logStreamName: "s",
          timestamp: ms,
          message: "POST /hooks 401 evt_1\n",
          ingestionTime: ms + 5,
          eventId: "200",
        }),
        post(401),
      ],
    ],
  },
  {
    format: "AWS Lambda",
    lines: [
      [
        "2026-06-19T12:00:00.740Z\t8601b555-0000-4000-8000-000000000200\tINFO\tPOST /hooks responded with 401",
        post(401),
      ],
      [
        "REPORT RequestId: 8601b555-0000-4000-8000-000000000200\tDuration: 250.12 ms\tBilled Duration: 500 ms\tMemory Size: 128 MB\tMax Memory Used: 404 MB",
        { time: false },
      ],
      [
        json({
          timestamp: "2026-06-19T12:00:00.740Z",
          level: "INFO",
          requestId: "r1",
          message: { method: "POST", path: "/hooks", status: 401 },
        }),
        post(401),
      ],
    ],
  },
  {
    format: "Azure",
    lines: [
      [
        json({
          time: "2026-06-19T12:00:00Z",
          category: "AppServiceHTTPLogs",
          properties: { CsMethod: "POST", CsUriStem: "/hooks", ScStatus: 401, SPort: "443" },
        }),
        post(401),
      ],
      [
        json({
          timeStamp: "2026-06-19T12:00:00Z",
          properties: { httpMethod: "POST", requestUri: "/hooks", httpStatus: 502, timeTaken: 0.2 },
        }),
        post(502),
      ],
    ],
  },
  {
    format: "Python logging",
    lines: [
      ["2026-06-19 12:00:00,740 - hooks - WARNING - POST /hooks returned 401", post(401)],
      ["ERROR:hooks:evt_1 failed with status code 500", { status: 500, time: false }],
    ],
  },
  {
    format: "text with a time",
    lines: [
      ["[2026-06-19T12:00:00Z] POST /hooks returned 401", post(401)],
      ["Jun 19 12:00:00 web-1 app[3]: POST /hooks status: 401", post(401)],
      ["2026-06-19T12:00:00.000Z evt_1 expected status 200 but got 401", { status: 401 }],
    ],
  },
];

/** Lines with numbers that are no statuses. */
export const withoutStatus: readonly string[] = [
  "2026-06-19T12:00:00.000Z worker-200 dropped evt_1",
  "2026-06-19T12:00:00.000Z ip-10-0-0-123 app[42]: evt_1 signature mismatch",
  "2026-06-19T12:00:00.000Z WARN [nio-8080-exec-101] signature mismatch evt_1",
  "2026-06-19T12:00:00.000Z evt_1 refused, responded in 250 ms",
  "2026-06-19 12:00:00 10.0.0.1 POST /hooks id=evt_1 - 443 - 203.0.113.9 x 401",
  "2026-06-19T12:00:00Z POST /hooks 250 ms evt_1",
  "2026-06-19T12:00:00Z POST /hooks 200ms evt_1",
  "2026-06-19T12:00:00Z POST /hooks 200 bytes evt_1",
  "2026-06-19T12:00:00Z evt_1 sent 500 emails",
  "2026-06-19T12:00:00Z evt_1 returned 200 rows",
  "2026-06-19T12:00:00Z evt_1 response 404 bytes",
  "2026-06-19T12:00:00Z evt_1 expected status 200",
  "2026-06-19T12:00:00Z evt_1 must be answered with 200",
  "2026-06-19T12:00:00Z evt_1 will retry if it returns 500",
  "2026-06-19T12:00:00Z evt_1 worker exited with status 500",
  "2026-06-19T12:00:00Z evt_1 exit status 200",
  "2026-06-19T12:00:00Z evt_1 queue size 100 -> 200",
  "2026-06-19T12:00:00Z evt_1 backoff 250 ms -> 500 ms",
  "2026-06-19T12:00:00Z [pid 404] evt_1 accepted",
  "2026-06-19T12:00:00Z app.js:200 evt_1 accepted",
  "2026-06-19T12:00:00Z evt_1 from 203.0.113.200 port 443",
  "2026-06-19T12:00:00Z evt_1 took 401 ms",
  "2026-06-19T12:00:00Z evt_1 code=200 units=500",
  "2026-06-19T12:00:00Z evt_1 GET /hooks?status=200",
  "2026-06-19T12:00:00Z evt_1 attempt 3 of 500",
  "2026-06-19T12:00:00Z evt_1 status 250 2.0.0 OK queued",
  "2026-06-19T12:00:00Z evt_1 amount=200 currency=eur",
  "2026-06-19T12:00:00Z evt_1 v1.200.404",
  "2026-06-19T12:00:00Z evt_1 room 404 Not available",
  "2026-06-19T12:00:00Z evt_1 batch 200 of 500 done",
  "2026-06-19T12:00:00Z evt_1 status 200-299 is a success",
  "2026-06-19T12:00:00Z evt_1 received 200 OKs",
  '2026-06-19T12:00:00Z received body: {"id":"evt_1","type":"x","status":200}',
  '{"id":"evt_1","type":"charge.failed","status":402,"created":1781870400}',
  '{"time":"2026-06-19T12:00:00Z","level":"info","pid":404,"port":443,"ms":200,"msg":"evt_1 accepted"}',
  '{"time":"2026-06-19T12:00:00Z","msg":"evt_1 accepted","err":{"status":500}}',
  '{"log":"worker-200 dropped evt_1\\n","stream":"stdout","time":"2026-06-19T12:00:00Z"}',
  'level=info ts=2026-06-19T12:00:00Z msg="evt_1 accepted" size=200 code=404 line=500',
  "2026/06/19 12:00:00 [error] 200#404: *500 recv() failed (104: Connection reset by peer), evt_1",
  "Jun 19 12:00:00 host-200 app[404]: evt_1 dropped",
  "REPORT RequestId: evt_1\tDuration: 200 ms\tBilled Duration: 500 ms\tMemory Size: 404 MB",
  "[GIN-debug] evt_1 200 routes",
  "2026-06-19T12:00:00Z evt_1 rendered -> 404.html",
  "2026-06-19T12:00:00Z evt_1 upstream_status_count 200",
  "2026-06-19T12:00:00Z evt_1 exitstatus=200",
  "2026-06-19T12:00:00Z evt_1 HTTP 500 connections open",
  "2026-06-19T12:00:00Z evt_1 response time 200",
  "2026-06-19T12:00:00Z evt_1 status page updated 200 times",
  "2026-06-19T12:00:00Z evt_1 returned 404.txt",
  "2026-06-19T12:00:00Z evt_1 would return 200",
  "2026-06-19T12:00:00Z evt_1 instead of status 200",
  "2026-06-19T12:00:00Z evt_1 previous status 500",
  '{"time":"2026-06-19T12:00:00Z","msg":"evt_1 accepted","data":{"status":200}}',
  '{"time":"2026-06-19T12:00:00Z","msg":"worker-200 dropped evt_1","status":"ok","line":404}',
];
