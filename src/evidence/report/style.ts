/** The report's only style sheet: no font, picture or script is fetched. */
export const style = `
:root{color-scheme:light dark;--bg:#f6f7f9;--card:#fff;--ink:#171b22;--soft:#5a6472;--line:#e1e5eb;--fill:#f1f3f6;--accent:#2856c5;--good:#12744a;--good-fill:#e4f5ec;--bad:#b3261e;--bad-fill:#fdecea;--warn:#8a5a00;--warn-fill:#fdf3dc;--token:#5b3fb0;--token-fill:#efeafc;--change:#2856c5}
@media (prefers-color-scheme:dark){:root{--bg:#0f1217;--card:#171b22;--ink:#e8ebf0;--soft:#98a3b3;--line:#2a313c;--fill:#1f252e;--accent:#8ab0ff;--good:#5fd39b;--good-fill:#12301f;--bad:#ff8a80;--bad-fill:#3a1715;--warn:#f0bd5c;--warn-fill:#33270d;--token:#bba6ff;--token-fill:#2a2145;--change:#8ab0ff}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main{max-width:1040px;margin:0 auto;padding:28px 20px 48px}
h1,h2,h3,p,dl,dd,table,pre,ul,ol{margin:0}
bdi{overflow-wrap:anywhere}
.mono,pre,code,td.mono{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.875em}
.top{display:flex;flex-wrap:wrap;gap:4px 18px;align-items:baseline;color:var(--soft);font-size:13.5px;margin-bottom:14px}
.top strong{color:var(--ink);font-size:15px}
.card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:20px 22px;margin-top:16px}
.verdict{border-left:6px solid var(--tone);padding:22px 24px}
.verdict.bad{--tone:var(--bad);--tone-fill:var(--bad-fill)}.verdict.good{--tone:var(--good);--tone-fill:var(--good-fill)}.verdict.open{--tone:var(--warn);--tone-fill:var(--warn-fill)}
.verdict h1{font-size:25px;line-height:1.25;font-weight:680;letter-spacing:-.012em;margin:10px 0 6px;text-wrap:balance}
.verdict .symptom{color:var(--soft)}
.pill{display:inline-block;border-radius:99px;padding:2px 11px;font-size:12.5px;font-weight:620;background:var(--tone-fill,var(--fill));color:var(--tone,var(--soft));white-space:nowrap}
.pill+.pill{margin-left:6px}
.pill.bad{--tone:var(--bad);--tone-fill:var(--bad-fill)}.pill.good{--tone:var(--good);--tone-fill:var(--good-fill)}.pill.warn{--tone:var(--warn);--tone-fill:var(--warn-fill)}.pill.plain{--tone:var(--soft);--tone-fill:var(--fill)}
.answers{display:grid;grid-template-columns:1fr 1fr;gap:14px 28px;margin-top:18px;padding-top:16px;border-top:1px solid var(--line)}
.answers h2,h2.over{font-size:12px;font-weight:650;letter-spacing:.06em;text-transform:uppercase;color:var(--soft);margin-bottom:3px}
.answers.one{grid-template-columns:1fr}.answers p{white-space:pre-line}pre+h2,table+h2.over{margin-top:16px}h2.over{margin-bottom:7px}
h2.title{font-size:17px;font-weight:660;margin-bottom:12px;display:flex;flex-wrap:wrap;gap:4px 12px;align-items:baseline}
h2.title small{font-weight:400;font-size:13.5px;color:var(--soft)}
.timeline{display:block;width:100%;height:auto;overflow:visible}
.timeline.narrow{display:none;max-width:420px}
.timeline text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif;fill:var(--soft);text-anchor:middle}
.timeline .label{font-weight:680;font-size:15px;fill:var(--ink)}
.timeline .start text{text-anchor:start}
.timeline .axis{stroke:var(--line);stroke-width:2}
.timeline .wait rect{fill:var(--card);stroke:var(--line)}
.timeline .wait text{font-size:11px}
.timeline circle,.timeline path{fill:var(--soft);stroke:var(--card);stroke-width:3}
.timeline .sign{fill:none;stroke:var(--card);stroke-width:2.2;stroke-linecap:round;stroke-linejoin:round}
.timeline .bad circle{fill:var(--bad)}.timeline .good circle{fill:var(--good)}.timeline .warn circle{fill:var(--warn)}.timeline .change path{fill:var(--change)}
.timeline .bad .label{fill:var(--bad)}.timeline .good .label{fill:var(--good)}.timeline .warn .label{fill:var(--warn)}.timeline .change .label{fill:var(--change);font-size:12.5px}
.legend{display:flex;flex-wrap:wrap;gap:4px 18px;color:var(--soft);font-size:13px;margin-top:8px}
table{border-collapse:collapse;width:100%}
th,td{text-align:start;vertical-align:top;padding:7px 14px 7px 0;border-top:1px solid var(--line)}
tr:first-child>th,tr:first-child>td{border-top:0}
th{font-weight:500;color:var(--soft);width:1%;white-space:nowrap;padding-inline-end:22px}
thead th{width:auto;font-size:12.5px;padding-bottom:4px}
tbody:not(:first-child) tr:first-child>*{border-top:1px solid var(--line)}
td:last-child{padding-inline-end:0}
.from{color:var(--soft);font-size:13px;display:block}
.mark-cell{width:26px;padding-inline-end:8px}
.yes{color:var(--good);font-weight:700}.no{color:var(--bad);font-weight:700}.skip{color:var(--soft)}
.missing td,.missing th{color:var(--bad)}
.missing .how{color:var(--ink)}
.finding{border:1px solid var(--line);border-radius:9px;padding:13px 16px;margin-top:10px}
.finding h3{font-size:14.5px;display:flex;gap:10px;align-items:center;flex-wrap:wrap}
.finding p{margin-top:5px;white-space:pre-line}
pre{background:var(--fill);border-radius:8px;padding:11px 14px;white-space:pre-wrap;overflow-wrap:anywhere;line-height:1.5}
.finding pre{margin-top:9px}
.log{padding:8px 0;counter-reset:none}
.log div{display:grid;grid-template-columns:58px 1fr;gap:12px;padding:2px 14px}
.log .n{color:var(--soft);text-align:end;user-select:none}
.log .file{display:block;color:var(--soft);padding:6px 14px 4px;font-weight:600}
.log .hit{background:var(--bad-fill)}.log .fine{background:var(--good-fill)}
.log .around{color:var(--soft)}
.token{background:var(--token-fill);color:var(--token);border-radius:5px;padding:0 5px;font-size:.94em;white-space:nowrap}
.control{background:var(--warn-fill);color:var(--warn);border-radius:4px;padding:0 3px;font-family:ui-monospace,Menlo,Consolas,monospace;font-size:.86em}
.more{color:var(--soft);font-style:italic}
.two{display:grid;grid-template-columns:1fr 1fr;gap:16px}.two>.card{min-width:0}
.chips{display:flex;flex-wrap:wrap;gap:6px}
.url{overflow-wrap:anywhere;margin-bottom:12px}
ul.plain{list-style:none;padding:0}ul.plain li{padding:3px 0 3px 16px;position:relative}ul.plain li::before{content:"";position:absolute;left:2px;top:.8em;width:5px;height:5px;border-radius:50%;background:var(--soft)}
footer{color:var(--soft);font-size:13px;margin-top:22px}
@media (max-width:700px){main{padding:16px 12px 32px}.card{padding:16px;border-radius:10px}.verdict{padding:17px}.verdict h1{font-size:21px}.answers,.two{grid-template-columns:minmax(0,1fr)}.two{gap:0}.timeline.wide{display:none}.timeline.narrow{display:block}.stack,.stack tbody,.stack tr,.stack td,.stack th{display:block;width:auto;white-space:normal}.stack thead{display:none}.stack tr{border-top:1px solid var(--line);padding:7px 0}.stack tr:first-child{border-top:0}.stack th,.stack td{border:0!important;padding:1px 0}.stack .mark-cell{float:left;width:24px}.rows tr{display:flex;flex-wrap:wrap;gap:2px 12px;align-items:baseline}.rows td.full{flex-basis:100%}.log div{grid-template-columns:40px minmax(0,1fr);gap:8px;padding:2px 10px}}
@page{size:A4;margin:14mm 13mm}
@media print{:root{color-scheme:light;--bg:#fff;--card:#fff;--ink:#111;--soft:#4a5361;--line:#cfd5dd;--fill:#f4f5f7;--accent:#2856c5;--good:#12744a;--good-fill:#e4f5ec;--bad:#b3261e;--bad-fill:#fdecea;--warn:#8a5a00;--warn-fill:#fdf3dc;--token:#5b3fb0;--token-fill:#efeafc;--change:#2856c5}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}body{font-size:9.5pt;line-height:1.42}main{max-width:none;padding:0}.card{padding:10px 13px;margin-top:9px;break-inside:avoid}.verdict h1{font-size:19px}h2.title{font-size:14px;margin-bottom:6px}th,td{padding-top:3.5px;padding-bottom:3.5px}.from{display:inline;margin-inline-start:8px;font-size:.86em}footer{margin-top:10px;font-size:8pt}.card.long{break-inside:auto}tr,.finding,.log div{break-inside:avoid}h2.title{break-after:avoid}.timeline.narrow{display:none}.timeline.wide{display:block}}
`.trim();
