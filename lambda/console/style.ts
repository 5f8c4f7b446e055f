const DARK = `
  --ink: #e3e6ea; --faint: #a4adb8; --ground: #14181d; --card: #1c2228; --edge: #3a434d;
  --link: #7cc0ff; --green: #6fd08c; --amber: #f2b94b; --red: #ff8f84; --grey: #b4bcc6;
  --bar: #5aa9f0; --lag: #f2b94b; color-scheme: dark;`;

/**
 * The style of the console, the same on the local page and in the widget. Every rule begins with
 * `.console`, since a widget shares its page with others.
 */
export const STYLE = `
.console {
  --ink: #16191f; --faint: #545b64; --ground: #ffffff; --card: #ffffff; --edge: #d5dbdb;
  --link: #0a5fb4; --green: #1d6b32; --amber: #855300; --red: #b3190c; --grey: #4f5864;
  --bar: #2f7dc4; --lag: #a86a00; color-scheme: light;
  color: var(--ink);
  font: 14px/1.45 system-ui, -apple-system, "Segoe UI", "Amazon Ember", Roboto, sans-serif;
}
@media (prefers-color-scheme: dark) { .console.auto {${DARK} } }
.console.dark {${DARK} }
.console.page { background: var(--ground); margin: 0 auto; padding: 12px 20px 40px; max-width: 1240px; }
.console .top { display: flex; flex-wrap: wrap; gap: 4px 16px; align-items: baseline; margin-bottom: 4px; }
.console cwdb-action { display: none; }
.console * { box-sizing: border-box; }
.console h1, .console h2, .console h3, .console p, .console dl, .console dd, .console ul,
.console ol, .console figure { margin: 0; padding: 0; }
.console h1 { font-size: 18px; }
.console h2 { font-size: 15px; margin: 18px 0 8px; }
.console h3 { font-size: 14px; margin: 14px 0 6px; }
.console a, .console button.link { color: var(--link); text-decoration: underline; text-underline-offset: 2px; }
.console button.link { background: none; border: 0; padding: 0; font: inherit; cursor: pointer; text-align: left; }
.console :focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 2px; }
.console small, .console .aside, .console dt, .console figcaption, .console .clock, .console .axis { color: var(--faint); }
.console small { font-size: 12px; }
.console code, .console pre { font: 12px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.console pre { white-space: pre-wrap; margin: 6px 0; padding: 8px 10px; border: 1px solid var(--edge); border-radius: 4px; }
.console time { font-variant-numeric: tabular-nums; white-space: nowrap; }
.console .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.console .summary { font-weight: 600; margin-top: 12px; }
.console nav { margin-top: 12px; }
.console nav a::before, .console nav button::before { content: "← "; }
.console .tiles { list-style: none; display: grid; gap: 12px; grid-template-columns: repeat(auto-fill, minmax(min(100%, 330px), 1fr)); }
.console .tiles.one { grid-template-columns: 1fr; margin-top: 10px; }
.console .tile { height: 100%; padding: 10px 12px; background: var(--card); border: 1px solid var(--edge); border-left: 4px solid var(--grey); border-radius: 4px; }
.console .tile.green { border-left-color: var(--green); }
.console .tile.amber { border-left-color: var(--amber); }
.console .tile.red { border-left-color: var(--red); }
.console .tile header, .console .story header { display: flex; gap: 10px; align-items: baseline; justify-content: space-between; }
.console .story header { justify-content: flex-start; }
.console .tile h3 { margin: 0; font-size: 15px; overflow-wrap: anywhere; }
.console .reason, .console .remedy { margin-top: 6px; overflow-wrap: anywhere; }
.console .badge { font-weight: 600; white-space: nowrap; position: relative; color: var(--grey); }
.console .badge.green { color: var(--green); }
.console .badge.amber { color: var(--amber); }
.console .badge.red { color: var(--red); }
.console .shape { display: inline-block; width: 10px; height: 10px; margin-right: 5px; background: currentColor; }
.console .badge.green .shape { border-radius: 50%; }
.console .badge.amber .shape { clip-path: polygon(50% 0, 100% 100%, 0 100%); }
.console .badge.red .shape { clip-path: polygon(30% 0, 70% 0, 100% 30%, 100% 70%, 70% 100%, 30% 100%, 0 70%, 0 30%); }
.console .badge.grey .shape { clip-path: inset(3px 0); }
.console .figures { display: flex; flex-wrap: wrap; gap: 6px 20px; margin-top: 8px; }
.console .tile .figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 140px), 1fr)); }
.console .figures dt { font-size: 12px; }
.console .figures dd { font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.console #proof { margin-top: 8px; }
.console .actions { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 10px; align-items: center; }
.console .actions button, .console .search button, .console .entry button { font: inherit; padding: 3px 12px; color: var(--ink); background: var(--ground); border: 1px solid var(--faint); border-radius: 4px; cursor: pointer; }
.console .actions button:hover, .console .search button:hover, .console .entry button:hover { border-color: var(--link); color: var(--link); }
.console .charts { display: grid; gap: 14px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 330px), 1fr)); }
.console figcaption { font-size: 12px; margin-bottom: 9px; }
.console .plot { display: grid; grid-template-columns: 44px 1fr; }
.console .axis { display: flex; flex-direction: column; justify-content: space-between; align-items: flex-end; padding-right: 6px; font-size: 11px; line-height: 1; }
.console .axis.powers { position: relative; }
.console .powers span { position: absolute; right: 6px; transform: translateY(-50%); }
.console .powers .day { top: 23%; }
.console .powers .hour { top: 45%; }
.console .powers .minute { top: 72%; }
.console .powers .second { top: 100%; }
.console .clock { display: flex; justify-content: space-between; padding-left: 44px; font-size: 11px; }
.console svg { display: block; width: 100%; height: 110px; border: 1px solid var(--edge); border-width: 0 0 1px 1px; }
.console .events { fill: var(--bar); }
.console .lag { fill: var(--lag); }
.console .grid { stroke: var(--edge); stroke-width: 1; vector-effect: non-scaling-stroke; }
.console .wide { overflow-x: auto; }
.console table { border-collapse: collapse; width: 100%; color: inherit; }
.console th { text-align: left; font-size: 12px; font-weight: 600; color: var(--faint); white-space: nowrap; }
.console th, .console td { padding: 4px 12px 4px 0; border-bottom: 1px solid var(--edge); vertical-align: top; overflow-wrap: anywhere; }
.console .number { text-align: right; font-variant-numeric: tabular-nums; }
.console summary { cursor: pointer; padding: 4px 0; }
.console .timeline { list-style: none; border-left: 2px solid var(--edge); padding-left: 12px; }
.console .timeline li { padding: 2px 0; overflow-wrap: anywhere; }
.console .search { display: flex; flex-wrap: wrap; gap: 8px; align-items: end; margin-top: 8px; }
.console .search label { display: flex; flex-direction: column; font-size: 12px; color: var(--faint); }
.console .search input, .console .search select, .console .search button { height: 30px; }
.console .search .words { flex: 1 1 260px; }
.console .search input, .console .search select { font: inherit; font-size: 14px; width: 100%; padding: 3px 8px; color: var(--ink); background: var(--ground); border: 1px solid var(--faint); border-radius: 4px; }
.console .hits { list-style: none; }
.console .hits li { border-bottom: 1px solid var(--edge); }
.console .hits summary { overflow-wrap: anywhere; }
.console .hits summary span { margin-left: 10px; }
.console .problem { color: var(--red); white-space: pre-wrap; font-family: ui-monospace, Menlo, Consolas, monospace; font-size: 12px; }
.console .words { font-family: inherit; }
.console .checks { list-style: none; }
.console .checks li { padding: 4px 0; overflow-wrap: anywhere; }
.console .failed-checks { margin: 8px 0; padding: 8px 12px; border: 1px solid var(--edge); border-left: 4px solid var(--red); border-radius: 4px; }
.console .forms { display: grid; gap: 4px 32px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 330px), 1fr)); }
.console .entry { max-width: 560px; }
.console .entry p { margin-top: 10px; }
.console .field { display: grid; gap: 2px; }
.console .field label { font-weight: 600; }
.console .field input, .console .field select { font: inherit; width: 100%; min-height: 30px; padding: 3px 8px; color: var(--ink); background: var(--ground); border: 1px solid var(--faint); border-radius: 4px; }
.console .field [aria-invalid="true"] { border-color: var(--red); }
.console .field .problem:empty { display: none; }
@media (max-width: 600px) {
  .console.page { padding: 10px 12px 30px; }
  .console table.incidents thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .console table.incidents tr { display: flex; flex-wrap: wrap; gap: 0 10px; padding: 6px 0; border-bottom: 1px solid var(--edge); }
  .console table.incidents td { border: 0; padding: 0; }
  .console table.incidents .number::after { content: " events"; color: var(--faint); }
}
`;
