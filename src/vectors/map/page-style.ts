/** How the page of a map looks, beside the look of all pages. */
export const pageStyle = `
.map { height: 100vh; height: 100dvh; display: grid; grid-template: auto auto minmax(0, 1fr) / 20rem minmax(0, 1fr); grid-template-areas: "head stage" "find stage" "panel stage"; }
.map header { grid-area: head; padding: 1rem 1.25rem .5rem; }
.map header p, .keys, #hint { color: var(--quiet); font-size: .875rem; }
.find { grid-area: find; padding: .25rem 1.25rem .75rem; position: relative; display: block; }
.find label { font-size: .875rem; color: var(--quiet); }
.map input, .map select, .map button { font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--quiet); border-radius: 6px; padding: .3rem .6rem; }
.map button { cursor: pointer; }
.map button:hover { background: var(--raised); }
.find input { width: 100%; }
#suggestions { position: absolute; z-index: 3; left: 1.25rem; right: 1.25rem; margin: .2rem 0 0; padding: .25rem; list-style: none; background: var(--ground); border: 1px solid var(--quiet); border-radius: 6px; box-shadow: 0 6px 20px rgb(0 0 0 / .2); }
#suggestions li { padding: .25rem .5rem; border-radius: 4px; cursor: pointer; overflow-wrap: anywhere; }
#suggestions li[aria-selected="true"] { background: var(--accent); color: var(--ground); }
.stage { grid-area: stage; position: relative; min-height: 0; border-left: 1px solid var(--rule); overflow: hidden; }
.stage canvas { position: absolute; inset: 0; width: 100%; height: 100%; display: block; cursor: grab; touch-action: none; }
.stage canvas:active { cursor: grabbing; }
.stage canvas:focus-visible { outline-offset: -3px; }
.buttons { position: absolute; right: .75rem; top: .75rem; display: flex; flex-direction: column; gap: .35rem; }
.map .buttons button { min-width: 2.5rem; min-height: 2.5rem; background: var(--ground); border-color: var(--rule); }
.tip { position: absolute; z-index: 2; pointer-events: none; max-width: 16rem; background: var(--ground); border: 1px solid var(--rule); border-radius: 6px; padding: .35rem .6rem; font-size: .875rem; box-shadow: 0 4px 14px rgb(0 0 0 / .18); overflow-wrap: anywhere; }
.tip span { display: block; color: var(--quiet); }
.panel { grid-area: panel; overflow: auto; padding: .5rem 1.25rem 1.25rem; display: grid; gap: 1.25rem; align-content: start; }
#selected { overflow-wrap: anywhere; }
#neighbours { list-style: none; margin: 0; padding: 0; }
#neighbours button { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: .75rem; width: 100%; border: 0; padding: .2rem .4rem; text-align: left; background: none; }
#neighbours button:hover { background: var(--raised); }
#neighbours b { font-weight: normal; overflow-wrap: anywhere; }
#neighbours span { color: var(--quiet); font-variant-numeric: tabular-nums; }
#clear { margin-top: .5rem; }
#legend { list-style: none; margin: .5rem 0 0; padding: 0; font-size: .875rem; }
#legend li { display: grid; grid-template-columns: auto minmax(0, 1fr) auto; gap: .5rem; align-items: baseline; overflow-wrap: anywhere; }
#legend i { width: .75em; height: .75em; border-radius: 50%; }
#legend span { color: var(--quiet); font-variant-numeric: tabular-nums; }
.caution { border-left: 4px solid var(--warning); padding-left: .75rem; font-size: .875rem; }
#theme { justify-self: start; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (max-width: 46rem) {
  .map { height: auto; grid-template: auto auto 62vh auto / minmax(0, 1fr); grid-template-areas: "head" "find" "stage" "panel"; }
  .map header { padding: .6rem 1rem 0; display: flex; gap: .75rem; align-items: baseline; }
  .map h1 { font-size: 1.15rem; white-space: nowrap; }
  .find { padding: .25rem 1rem .6rem; }
  #suggestions { left: 1rem; right: 1rem; }
  .stage { border-left: 0; border-block: 1px solid var(--rule); }
  .panel { overflow: visible; padding: 1rem; }
  .map input, .map select { font-size: 1rem; }
}
@media print { .buttons, .find, #theme, .keys { display: none; } }
`;
