/** How a report looks, beside the look of all pages. */
export const reportStyle = `
.report { max-width: 72rem; margin: 0 auto; padding: 1.5rem 1.25rem 4rem; display: grid; gap: 2rem; grid-template-columns: minmax(0, 1fr); }
.report header p { color: var(--quiet); }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .75rem; margin: 0; }
.figures div { background: var(--raised); border-radius: 8px; padding: .75rem 1rem; }
.figures dt { color: var(--quiet); font-size: .85rem; }
.figures dd { margin: 0; font-size: 1.25rem; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.warnings { border-left: 4px solid var(--warning); padding-left: 1rem; }
.warnings h2 { color: var(--warning); }
.warnings ul { margin: 0; padding-left: 1.1rem; overflow-wrap: anywhere; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 2.5rem 2rem; }
.charts .chart:first-child { grid-column: 1 / -1; }
.charts .chart:first-child .plot { height: 19rem; }
.tables { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 2rem; }
.report td { white-space: pre-line; overflow-wrap: anywhere; }
.chart { margin: 0; min-width: 0; --line: var(--line-0); }
.chart figcaption { display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: baseline; margin-bottom: .9rem; min-height: 1.5rem; }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1rem; list-style: none; margin: 0; padding: 0; font-size: .85rem; color: var(--quiet); }
.legend li::before, .reading span::before { content: ""; display: inline-block; width: .8em; height: .8em; margin-right: .4em; border-radius: 50%; background: var(--line); }
${Array.from({ length: 8 }, (_, line) => `.chart .line-${line} { --line: var(--line-${line}); }`).join('\n')}
.plot { position: relative; height: 15rem; margin-left: 3.2rem; margin-bottom: 1.6rem; cursor: crosshair; touch-action: pan-y; }
.plot svg { position: absolute; inset: 0; width: 100%; height: 100%; overflow: visible; }
.plot path { fill: none; vector-effect: non-scaling-stroke; stroke-linejoin: round; }
.plot .grid { stroke: var(--rule); stroke-width: 1; }
.plot .mark { stroke: var(--rule); stroke-width: 1; stroke-dasharray: 2 4; }
.plot .line { stroke: var(--line); stroke-width: 2; }
.plot .dots { stroke: var(--line); stroke-width: 7; stroke-linecap: round; }
.plot .x, .plot .y { position: absolute; font-size: .75rem; line-height: 1; color: var(--quiet); white-space: nowrap; font-variant-numeric: tabular-nums; }
.plot .y { right: calc(100% + .5rem); transform: translateY(50%); }
.plot .x { top: calc(100% + .5rem); transform: translateX(-50%); }
.x-label { color: var(--quiet); font-size: .85rem; margin: 0 0 .25rem 3.2rem; text-align: center; }
.cursor { position: absolute; top: 0; bottom: 0; width: 0; border-left: 1px solid var(--quiet); pointer-events: none; }
.cursor i { position: absolute; left: -5.5px; width: 10px; height: 10px; margin-bottom: -5px; border-radius: 50%; background: var(--line); border: 2px solid var(--ground); }
.reading { position: absolute; top: 0; z-index: 1; background: var(--raised); border: 1px solid var(--rule); border-radius: 6px; padding: .35rem .6rem; font-size: .85rem; pointer-events: none; display: grid; white-space: nowrap; font-variant-numeric: tabular-nums; }
.cursor[hidden], .reading[hidden] { display: none; }
.chart details { margin-left: 3.2rem; font-size: .85rem; }
.chart summary { color: var(--quiet); cursor: pointer; }
.chart th, .chart td { white-space: nowrap; }
.chart .scroll { max-height: 18rem; }
@media (max-width: 40rem) {
  .report { padding: 1rem 1rem 3rem; }
  .chart details { margin-left: 0; }
  .plot, .charts .chart:first-child .plot { height: 13rem; }
}
@media print { .chart details { display: none; } }
`;
