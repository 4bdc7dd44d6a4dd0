import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { escapeHtml, htmlPage } from '../../src/pages/html.js';

describe('a page', () => {
  test('holds its parts, each once, in a document', () => {
    const page = htmlPage({ title: 'a < b', style: 'p { top: 0; }', body: '<p>text</p>', script: 'go();' });
    assert.match(page, /^<!doctype html>\n<html lang="en">/);
    assert.match(page, /<title>a &lt; b<\/title>/);
    assert.match(page, /<style>[^<]*p \{ top: 0; \}<\/style>/);
    assert.match(page, /<body>\n<p>text<\/p>\n<script>\ngo\(\);<\/script>\n<\/body>/);
  });

  test('gives its script data that no string in it can break out of', () => {
    const data = { words: ['</script><script>alert(1)</script>', '<!--', '\u2028'] };
    const page = htmlPage({ title: '', body: '', data });
    const [, json] = page.match(/<script type="application\/json" id="data">([^<]*)<\/script>/)!;
    assert.deepEqual(JSON.parse(json!), data);
  });

  test('keeps a script whole that speaks of its own end', () => {
    const page = htmlPage({ title: '', body: '', script: "write('</script>');" });
    assert.match(page, /write\('<\\\/script>'\);<\/script>/);
  });
});

test('escaped text is shown as it is, in elements and in attributes', () => {
  assert.equal(escapeHtml(`<a href='x'>"&"</a>`), '&lt;a href=&#39;x&#39;&gt;&quot;&amp;&quot;&lt;/a&gt;');
});
