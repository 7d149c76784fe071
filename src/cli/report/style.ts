/** The style of the HTML report: both themes by the reader's system, and ink on paper. */
export const reportStyle = `
:root {
  color-scheme: light dark;
  --ground: #f6f6f3; --card: #fff; --ink: #1d1f21; --soft: #5c6166; --line: #dcdcd6; --code: #f0f0ea;
  --critical: #a11212; --high: #b3261e; --medium: #9a5b00; --low: #3f6212; --info: #1f5a96; --none: #1b6e3c;
  --gc: #d9480f; --running: #2b7a4b; --runnable: #c9a227; --syscall: #7a5ea8; --waiting: #b9c0c7;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #15171a; --card: #1d2024; --ink: #e6e6e3; --soft: #a0a6ad; --line: #32363c; --code: #25292e;
    --critical: #ff8a80; --high: #ff9b8f; --medium: #f0b35a; --low: #a8cc74; --info: #8abdf2; --none: #7fd6a0;
    --gc: #ff7a45; --running: #4fae78; --runnable: #d8b64a; --syscall: #a38bd0; --waiting: #4a5058;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.55 system-ui, sans-serif; }
main { max-width: 1080px; margin: 0 auto; padding: 32px 24px 64px; }
header { border-left: 4px solid var(--gc); padding-left: 20px; margin-bottom: 36px; }
.eyebrow, .captures { margin: 0; color: var(--soft); font-size: 13px; }
h1 { font-size: 22px; line-height: 1.35; font-weight: 600; margin: 6px 0 10px; max-width: 62ch; }
h2 { font-size: 17px; font-weight: 600; margin: 36px 0 12px; }
h3 { display: flex; flex-wrap: wrap; gap: 4px 10px; align-items: baseline; font-size: 15px; font-weight: 600; margin: 0 0 8px; }
p { margin: 8px 0; max-width: 92ch; overflow-wrap: anywhere; }
code, pre { font: 13px/1.5 ui-monospace, monospace; }
pre { background: var(--code); border-radius: 6px; padding: 12px 14px; overflow-x: auto; tab-size: 4; }
.finding { background: var(--card); border: 1px solid var(--line); border-left: 4px solid var(--tone); border-radius: 6px; padding: 16px 18px; margin: 0 0 12px; }
.badge { color: var(--tone); }
.kind { color: var(--soft); font-weight: 400; font-size: 13px; }
.title { flex-basis: 100%; overflow-wrap: anywhere; }
.critical { --tone: var(--critical); } .high { --tone: var(--high); } .medium { --tone: var(--medium); }
.low { --tone: var(--low); } .info { --tone: var(--info); } .none { --tone: var(--none); }
.sure, .evidence, .note { color: var(--soft); font-size: 13.5px; }
.evidence { margin: 8px 0 0; padding-left: 20px; overflow-wrap: anywhere; }
.details li { margin-bottom: 6px; max-width: 92ch; overflow-wrap: anywhere; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; color: var(--soft); font-size: 13px; }
.legend i { display: inline-block; width: 10px; height: 10px; border-radius: 2px; margin-right: 6px; }
.bar { display: grid; grid-template-columns: minmax(90px, 220px) 1fr 110px; gap: 12px; align-items: center; margin: 5px 0; font-size: 13.5px; }
.bar .name { overflow-wrap: anywhere; }
.bar .tax { color: var(--soft); text-align: right; font-variant-numeric: tabular-nums; }
.track { display: flex; height: 14px; background: var(--line); border-radius: 3px; overflow: hidden; }
i.gc { background: var(--gc); } i.running { background: var(--running); } i.runnable { background: var(--runnable); }
i.syscall { background: var(--syscall); } i.waiting { background: var(--waiting); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 13.5px; }
th { text-align: left; color: var(--soft); font-weight: 500; border-bottom: 1px solid var(--line); padding: 6px 10px 6px 0; white-space: nowrap; vertical-align: bottom; }
td { border-bottom: 1px solid var(--line); padding: 6px 10px 6px 0; vertical-align: top; overflow-wrap: anywhere; min-width: 56px; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.notice { font-weight: 600; } .notice.error { color: var(--critical); } .notice.warning { color: var(--medium); } .notice.info { color: var(--info); }
.hashes code { color: var(--soft); overflow-wrap: anywhere; }
@media print {
  :root { --ground: #fff; --card: #fff; --ink: #000; --soft: #444; --line: #bbb; --code: #f4f4f4; color-scheme: light; }
  body { font-size: 11pt; }
  main { max-width: none; padding: 0; }
  .finding, .bar, tr { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  pre { white-space: pre-wrap; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
@media (max-width: 640px) { main { padding: 20px 14px 40px; } .bar { grid-template-columns: 1fr 90px; } .bar .track { grid-column: 1 / -1; grid-row: 2; } }
`;
