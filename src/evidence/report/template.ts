/**
 * The page as an eta template. Untrusted text must go through `it.s(text)`, which escapes it, makes control characters
 * visible and marks tokens.
 */
export const template = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="<%= it.policy %>">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>Webhook evidence</title>
<style><%~ it.style %></style>
</head>
<body>
<main>
<div class="top">
<strong><%~ it.s(it.report.provider.name) %> webhook evidence</strong>
<span>event <span class="mono"><%~ it.s(it.report.eventId) %></span></span>
<% if (it.report.eventType !== null) { %><span><%~ it.s(it.report.eventType) %></span><% } %>
<% if (it.report.caseId !== null) { %><span>case <%~ it.s(it.report.caseId) %></span><% } %>
</div>

<section class="card verdict <%= it.report.conclusion.tone %>">
<span class="pill"><%= it.toneText %></span><% if (it.report.conclusion.proved) { %><span class="pill">proved</span><% } %><% if (it.report.insecure) { %><span class="pill">TLS not verified (--insecure)</span><% } %>
<h1><%~ it.s(it.report.conclusion.verdict) %></h1>
<p class="symptom"><%~ it.s(it.report.conclusion.symptom) %></p>
<div class="answers">
<div><h2>Cause</h2><p><%~ it.s(it.report.conclusion.cause) %></p></div>
<div><h2>Next step</h2><p><%~ it.s(it.report.conclusion.next) %></p></div>
</div>
<% if (it.report.note !== null) { %><div class="answers one"><div><h2>Note from the sender of this report</h2><p><%~ it.s(it.report.note) %></p></div></div><% } %>
</section>

<% if (it.timeline !== "") { %>
<section class="card">
<h2 class="title">What happened <small>all times UTC; gaps are not to scale</small></h2>
<%~ it.timeline %>
<% if (it.hidden > 0) { %><p class="legend"><span><%= it.hidden %> more in the tables below</span></p><% } %>
</section>
<% } %>

<section class="card">
<h2 class="title">Asked for by support <span class="pill <%= it.missing === 0 ? 'good' : 'bad' %>"><%= it.missing === 0 ? "complete" : it.missing + " missing" %></span></h2>
<table class="stack"><tbody>
<% for (const item of it.report.items) { %>
<tr<% if (item.status === "missing" && item.required) { %> class="missing"<% } %>>
<td class="mark-cell"><% if (item.status === "collected") { %><span class="yes">✓</span><% } else if (item.required) { %><span class="no">✗</span><% } else { %><span class="skip">–</span><% } %></td>
<th><%= item.title %></th>
<td><% if (item.value !== null) { %><%~ it.s(item.value) %><span class="from">from <%~ it.s(item.source) %></span><% } else { %><% if (item.required) { %>missing<% } else { %><span class="skip">not given</span><% } %><span class="from how"><%~ it.s(item.how) %></span><% } %></td>
</tr>
<% } %>
</tbody></table>
</section>

<% if (it.report.signature !== null) { %>
<section class="card">
<h2 class="title">Signature <span class="pill <%= it.report.signature.valid ? 'good' : 'bad' %>"><%= it.report.signature.valid ? "valid" : "invalid" %></span> <small>verified over the exact bytes, before anything was masked</small></h2>
<table class="stack"><tbody>
<% for (const [label, value] of it.report.signature.facts) { %><tr><th><%= label %></th><td><%~ it.s(value) %></td></tr><% } %>
</tbody></table>
<% for (const finding of it.report.signature.findings) { %>
<div class="finding"><h3><code><%= finding.code %></code><% if (finding.code !== "unexplained") { %><span class="pill <%= finding.certain ? 'good' : 'warn' %>"><%= finding.certain ? "proved" : "likely" %></span><% } %></h3>
<p><%~ it.s(finding.message) %></p>
<% if (finding.fix !== "") { %><pre><%~ it.s(finding.fix) %></pre><% } %></div>
<% } %>
<% if (it.report.signature.notes.length > 0) { %><ul class="plain"><% for (const note of it.report.signature.notes) { %><li><%~ it.s(note) %></li><% } %></ul><% } %>
</section>
<% } %>

<% if (it.report.attempts.length > 0) { %>
<section class="card">
<h2 class="title">Attempts <small><%= it.report.attempts.length %></small></h2>
<table class="stack rows"><thead><tr><th>#</th><th>Time</th><th>Response</th><th>Duration</th><th>What the platform does</th><th>Seen in</th></tr></thead><tbody>
<% for (const one of it.attempts) { %>
<tr><td><%= one.number %></td><td class="mono"><%= one.at %></td><td><span class="pill <%= one.tone %>"><%~ it.s(one.answer) %></span></td><td><%= one.took %></td><td class="full"><%~ it.s(one.does) %></td><td class="full"><span class="from"><%~ it.s(one.sources) %></span></td></tr>
<% } %>
</tbody></table>
</section>
<% } %>

<% if (it.report.request !== null) { %>
<section class="card long">
<h2 class="title">The request <small>received <%= it.report.request.receivedAt %>, from <%~ it.s(it.report.request.source) %></small></h2>
<p class="url mono"><strong><%~ it.s(it.report.request.method) %></strong> <%~ it.s(it.report.request.url) %></p>
<table class="stack"><tbody>
<% for (const [name, value] of it.report.request.headers) { %><tr><th class="mono"><%~ it.s(name) %></th><td class="mono"><%~ it.s(value) %></td></tr><% } %>
</tbody></table>
<h2 class="over">Body, <%= it.report.request.bodyBytes %> bytes, <%= it.bodyText %></h2>
<pre><%~ it.s(it.body, 6000) %></pre>
</section>
<% } %>

<% if (it.report.log.length > 0) { %>
<section class="card long">
<h2 class="title">Receiver log <small>lines about this event, with context</small></h2>
<pre class="log"><% let file = ""; for (const line of it.report.log.slice(0, 120)) { %><% if (line.file !== file) { file = line.file; %><span class="file"><%~ it.s(line.file) %></span><% } %><div class="<%= it.lineClass(line) %>"><span class="n"><%= line.number %></span><span><%~ it.s(line.text) %></span></div><% } %></pre>
<% if (it.report.log.length > 120) { %><p class="legend"><span><%= it.report.log.length - 120 %> more lines in receiver.log</span></p><% } %>
</section>
<% } %>

<% if (it.report.deploys.length > 0) { %>
<section class="card">
<h2 class="title">Changes on the receiver's side <small>newest first</small></h2>
<table class="stack rows"><tbody>
<% for (const one of it.deploys) { %><tr><th class="mono"><%= one.at %></th><td><span class="pill plain"><%= one.kind %></span></td><td class="mono"><%~ it.s(one.name) %></td><td class="full"><%~ it.s(one.message) %></td></tr><% } %>
</tbody></table>
</section>
<% } %>

<% if (it.report.probe !== null) { %>
<section class="card">
<h2 class="title">Connection to the receiver <small>from the machine that made this report</small></h2>
<table class="stack"><tbody>
<% for (const one of it.report.probe) { %><tr><td class="mark-cell"><span class="<%= one.level === 'ok' ? 'yes' : one.level === 'problem' ? 'no' : 'skip' %>"><%= one.level === "ok" ? "✓" : one.level === "problem" ? "✗" : "!" %></span></td><th><%= one.step.toUpperCase() %></th><td><%~ it.s(one.message) %><% if (one.advice !== "") { %><span class="from how"><%~ it.s(one.advice) %></span><% } %></td></tr><% } %>
</tbody></table>
</section>
<% } %>

<div class="two">
<section class="card"><h2 class="title">Examined</h2>
<ul class="plain"><% for (const one of it.report.tried) { %><li><%~ it.s(one) %></li><% } %><% for (const one of it.report.problems) { %><li><%~ it.s(one) %></li><% } %></ul></section>
<section class="card"><h2 class="title">Masked <small>equal tokens stand for equal values</small></h2>
<% if (it.masked.length === 0) { %><p>nothing needed masking</p><% } %>
<div class="chips"><% for (const [rule, count] of it.masked) { %><span class="token"><%= rule %> × <%= count %></span><% } %></div></section>
</div>

<footer>Generated by hookproof <%~ it.s(it.report.version) %> at <%= it.report.createdAt %>. Every file of this bundle is listed with its SHA-256 in manifest.json; <code>hookproof evidence verify FILE.zip</code> checks them.</footer>
</main>
</body>
</html>
`;
