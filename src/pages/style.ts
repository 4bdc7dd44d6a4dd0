/**
 * The look that all pages share, in CSS: colours by name for light and dark (as the system is set), type, tables.
 * `--line-0` to `--line-7` tell lines and groups apart, also for readers who see few colours (after Okabe & Ito, 2008,
 * "Color Universal Design").
 */
export const baseStyle = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#ffffff, #16181d);
  --raised: light-dark(#f6f7f9, #1f2229);
  --text: light-dark(#1d2129, #e6e8ec);
  --quiet: light-dark(#5b6472, #9aa3b2);
  --rule: light-dark(#dfe3e8, #343a45);
  --accent: light-dark(#0b63c5, #6db3ff);
  --warning: light-dark(#8a4b00, #ffb95c);
  --line-0: light-dark(#0b63c5, #6db3ff);
  --line-1: light-dark(#c4500f, #ff9d5c);
  --line-2: light-dark(#00795a, #4fd1a5);
  --line-3: light-dark(#a03b86, #e692cd);
  --line-4: light-dark(#8a6d00, #f0d34b);
  --line-5: light-dark(#5a4fcf, #ada5ff);
  --line-6: light-dark(#b3263a, #ff8a97);
  --line-7: light-dark(#4a5568, #b9c3d3);
}
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
