import { baseStyle } from './style.js';

/** What an HTML page is made of. */
export interface HtmlPage {
  /** As plain text. */
  readonly title: string;
  /** CSS of the page's own, after the look that all pages share (`style.ts`). */
  readonly style?: string;
  /** What is inside `<body>`, as HTML. */
  readonly body: string;
  /** JavaScript that runs when the body has been read (`clientScript` gives some). */
  readonly script?: string;
  /** What the script finds as JSON in the element `#data`. */
  readonly data?: unknown;
}

/** Only what the page itself brings may load or run: it works offline, and calls nobody. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data: blob:";

/** A self-contained page: one file of HTML with its style, its script and its data, light and dark. */
export function htmlPage({ title, style = '', body, script, data }: HtmlPage): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<link rel="icon" href="data:,">
<title>${escapeHtml(title)}</title>
<style>
${baseStyle}${style}</style>
</head>
<body>
${body}
${data === undefined ? '' : `<script type="application/json" id="data">${jsonForHtml(data)}</script>\n`}${
  script === undefined ? '' : `<script>\n${script.replaceAll('</script', '<\\/script')}</script>\n`
}</body>
</html>
`;
}

/** Text as HTML that shows it, inside an element or a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ESCAPES[character]!);
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** JSON that ends no element, whatever its strings hold. */
function jsonForHtml(data: unknown): string {
  return JSON.stringify(data).replaceAll('<', '\\u003c');
}
