"""How pages of reports look: on a screen, dark or light, narrow or wide, and on paper."""

from __future__ import annotations

STYLE = """
:root { color-scheme: light dark; --ink: #1a2027; --soft: #4d5965; --line: #d5dbe1; --paper: #ffffff; --shade: #f3f5f8;
  --mark: #1d5b8f; --bar: #7ba7cd; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8ecf0; --soft: #aab6c2; --line: #3a444e; --paper: #14181d; --shade: #1e242b; --mark: #8cc0ea;
    --bar: #3f6d95; }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; padding: 2rem 1.5rem 3rem; max-width: 76rem; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "PingFang SC", "Microsoft YaHei",
  "Noto Sans CJK SC", sans-serif; overflow-wrap: anywhere; }
header { border-bottom: 3px solid var(--mark); padding-bottom: .75rem; margin-bottom: 1.5rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .4rem; }
h1::first-letter, .title::first-letter, dt::first-letter, thead th::first-letter { text-transform: uppercase; }
.title { display: inline-block; }
header p { margin: .15rem 0; color: var(--soft); }
h2 { font-size: 1.12rem; margin: 2rem 0 .6rem; padding-bottom: .25rem; border-bottom: 1px solid var(--line); }
h2 .number { color: var(--soft); font-weight: 400; font-variant-numeric: tabular-nums; margin-right: .35rem; }
nav ol { margin: 0; padding: .8rem 1rem .8rem 2.4rem; background: var(--shade); border-radius: 6px; columns: 18rem;
  column-gap: 2.4rem; }
nav li { break-inside: avoid; padding: .05rem 0; }
a { color: var(--mark); }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr)); gap: 0 2rem; margin: .4rem 0 1rem; }
dl div { display: flex; justify-content: space-between; gap: 1rem; padding: .28rem 0;
  border-bottom: 1px solid var(--line); }
dt { color: var(--soft); }
dd { margin: 0; text-align: right; font-variant-numeric: tabular-nums; }
dl.lead { grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); gap: .8rem; }
dl.lead div { flex-direction: column; gap: .1rem; padding: .7rem .9rem; background: var(--shade); border: 0;
  border-radius: 6px; }
dl.lead dd { text-align: left; font-size: 1.3rem; font-weight: 600; line-height: 1.3; }
table { width: 100%; border-collapse: collapse; margin: .4rem 0 .8rem; font-size: .93rem; }
th, td { text-align: left; vertical-align: top; padding: .36rem .6rem; border-bottom: 1px solid var(--line); }
th:first-child, td:first-child { padding-left: 0; }
th:last-child, td:last-child { padding-right: 0; }
thead th { color: var(--soft); font-weight: 600; font-size: .82rem; border-bottom: 2px solid var(--line);
  vertical-align: bottom; overflow-wrap: normal; }
tbody th { font-weight: 500; }
td, th { font-variant-numeric: tabular-nums; }
.figure { text-align: right; }
tbody .figure, tbody .short { white-space: nowrap; }
.wide, .cards { overflow-x: auto; }
.wide th, .wide td { white-space: nowrap; }
.barred { display: inline-flex; align-items: center; gap: .6rem; }
.barred > span:last-child { min-width: 3.2ch; }
.bar { display: inline-block; width: 7rem; height: .65rem;
  background: var(--shade); border-radius: 2px; overflow: hidden; }
.bar i { display: block; height: 100%; background: var(--bar); }
.note { color: var(--soft); margin: .3rem 0; }
.empty { color: var(--soft); font-style: italic; margin: .3rem 0; }
footer { margin-top: 2rem; padding-top: .6rem; border-top: 1px solid var(--line); color: var(--soft); }
@media screen and (max-width: 46rem) {
  body { padding: 1.2rem .9rem 2rem; }
  dl { grid-template-columns: 1fr; }
  dl.lead { grid-template-columns: 1fr 1fr; }
  .cards table, .cards tbody, .cards tr, .cards td, .cards tbody th { display: block; width: 100%; }
  .cards thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .cards tr { border: 1px solid var(--line); border-radius: 6px; padding: .45rem .7rem; margin-bottom: .6rem; }
  .cards td, .cards tbody th { display: flex; justify-content: space-between; gap: 1rem; border: 0; padding: .16rem 0;
    text-align: right; white-space: normal; }
  .cards, .wide { overflow: visible; }
  .wide { overflow-x: auto; }
  .cards tbody .figure, .cards tbody .short { white-space: normal; }
  .cards td::before, .cards tbody th::before { content: attr(data-head); color: var(--soft); font-weight: 400;
    text-align: left; flex: 0 1 auto; min-width: 5.5rem; }
  .cards tbody th { font-weight: 600; }
  .cards td:empty { display: none; }
}
@media print {
  :root { --ink: #000; --soft: #333; --line: #999; --paper: #fff; --shade: #f2f2f2; --mark: #000; --bar: #888; }
  @page { margin: 14mm 12mm; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  nav { display: none; }
  h2 { break-after: avoid; }
  tr, dl div { break-inside: avoid; }
  thead { display: table-header-group; }
  .wide, .cards { overflow: visible; }
  tbody th, tbody td, .wide th, .wide td { white-space: normal !important; }
  .bar { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
"""
