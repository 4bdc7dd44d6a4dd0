import { colourProperties } from './palette.js';

/**
 * The look that all pages share, in CSS: colours by name for light and dark (as the system is set, or as `data-theme` says),
 * type, tables.
 */
export const baseStyle = `
:root {
  color-scheme: light dark;
${colourProperties()}}
:root[data-theme="light"] { color-scheme: light; }
:root[data-theme="dark"] { color-scheme: dark; }
* { box-sizing: border-box; }
html { font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
body { margin: 0; background: var(--ground); color: var(--text); -webkit-text-size-adjust: 100%; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 0 0 .5rem; }
h3 { font-size: 1rem; margin: 0; }
p { margin: .25rem 0; }
a { color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .9rem .3rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--rule); font-weight: normal; }
thead th { color: var(--quiet); font-size: .85rem; }
pre { background: var(--raised); border-radius: 6px; padding: .75rem 1rem; overflow: auto; font: .85rem/1.5 ui-monospace, "Cascadia Code", Menlo, Consolas, monospace; margin: 0; }
.scroll { overflow: auto; }
`;
