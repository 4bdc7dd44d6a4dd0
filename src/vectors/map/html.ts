import { clientScript } from '../../pages/client-script.js';
import { escapeHtml, htmlPage } from '../../pages/html.js';
import { pageData } from './page-data.js';
import { pageStyle } from './page-style.js';
import type { WordMap } from './word-map.js';

/**
 * A map as a page: one file that works offline. Pan and zoom, find a word and see its true neighbours, colour words, all
 * with a pointer or with the keyboard alone.
 */
export function mapHtml(map: WordMap): string {
  const data = pageData(map);
  return htmlPage({
    title: `Map of ${data.title}`,
    style: pageStyle,
    body: body(data.title, data.caution, map),
    script: clientScript('map'),
    data,
  });
}

function body(title: string, caution: string, { colorings, arrows }: WordMap): string {
  const choices = colorings.map(({ name }) => `<option value="${name}">${name}</option>`).join('');
  return `<div class="map">
<header>
<h1>Map of words</h1>
<p>${escapeHtml(title)}</p>
</header>
<search class="find">
<label for="find">Find a word</label>
<input id="find" type="text" role="combobox" aria-expanded="false" aria-controls="suggestions" aria-autocomplete="list" autocomplete="off" autocapitalize="off" spellcheck="false" placeholder="Type a word">
<ul id="suggestions" role="listbox" aria-label="Words found" hidden></ul>
</search>
<main class="stage">
<canvas id="canvas" tabindex="0" role="application" aria-label="Map of words" aria-describedby="keys"></canvas>
<div class="buttons" role="group" aria-label="View">
<button type="button" id="zoom-in" aria-label="Zoom in">+</button>
<button type="button" id="zoom-out" aria-label="Zoom out">−</button>
<button type="button" id="show-all">All</button>
</div>
<div id="tip" class="tip" hidden></div>
</main>
<div class="panel">
<section aria-labelledby="selected">
<h2 id="selected">Nearest words</h2>
<p id="hint">Choose a word on the map or find one by its name.</p>
<ol id="neighbours"></ol>
<button type="button" id="clear" hidden>Clear the choice</button>
<p id="status" class="unseen" role="status" aria-live="polite"></p>
</section>
<section>
<label for="color">Colours tell the </label><select id="color">${choices}</select>
<ul id="legend"></ul>
${arrows.length > 0 ? '<p>Arrows join the pairs of words that were given.</p>\n' : ''}</section>
<p class="caution" role="note">${escapeHtml(caution)}</p>
<p id="keys" class="keys">Keys on the map: arrows move it, + and − zoom, 0 shows all, Enter chooses the word nearest the middle, / finds a word, Esc clears.</p>
<button type="button" id="theme">Theme</button>
</div>
</div>`;
}
