import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { files } from '../../../src/sources/files.js';
import type { SourceOptions } from '../../../src/sources/options.js';
import { text } from '../../../src/sources/text.js';
import { pagesOf } from '../../../src/sources/wikipedia/pages.js';
import { failsWith, filter, has, inChunks, type Outcome, read } from '../helpers.js';

const page = (
  title: string,
  wikitext: string,
  { namespace = '<ns>0</ns>', more = '', model = 'wikitext' } = {},
): string => `
  <page>
    <title>${title}</title>
    ${namespace}
    <id>12</id>${more}
    <revision>
      <id>34</id>
      <contributor><username>A &lt;b&gt;</username></contributor>
      <comment>/* History */ &lt;page&gt;</comment>
      <model>${model}</model>
      <format>text/x-wiki</format>
      <text bytes="7" xml:space="preserve">${wikitext}</text>
    </revision>
  </page>`;

const HEADER = `<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" xml:lang="de">
  <siteinfo>
    <namespaces>
      <namespace key="0" case="first-letter" />
      <namespace key="4" case="first-letter">Wikipedia</namespace>
      <namespace key="6" case="first-letter">Datei</namespace>
      <namespace key="100" case="first-letter">K&amp;che</namespace>
    </namespaces>
  </siteinfo>`;

const PAGES = [
  page(
    'Caf\u00e9',
    "'''Caf\u00e9''' \u20ac \u{1f600} &amp;amp; &lt;ref&gt;gone&lt;/ref&gt;tea.\n\n[[Datei:x.jpg]]\n\nIs &quot;it&quot;?",
  ),
  page('Old', '#WEITERLEITUNG [[New]]', { more: '\n    <redirect title="New" />' }),
  page('Wikipedia:Hilfe', 'Help.', { namespace: '<ns>4</ns>' }),
  page('Empty', '{{stub}}'),
  page('Style', 'a { color: red }', { model: 'css' }),
  page('Tee', 'Tee.'),
];
const DUMP = `${HEADER}${PAGES.join('')}\n</mediawiki>\n`;
const ARTICLES = 'Caf\u00e9 \u20ac \u{1f600} & tea.\nIs "it"?\n\nTee.\n\n';

const readDump = (
  dump: string | Uint8Array,
  options: Partial<SourceOptions> = {},
  chunk = 65_536,
): Promise<Outcome> => read(text(inChunks(Buffer.from(dump as string), chunk), options, 'dump'));

test('a dump is told by its content, and gives its articles wherever its chunks end', async () => {
  const bytes = Buffer.from(DUMP);
  for (const chunk of [1, 2, 3, 7, 100, 65_536]) {
    const { text, counts, dropped } = await readDump(bytes, {}, chunk);
    assert.equal(text, ARTICLES);
    assert.deepEqual(counts, { bytes: bytes.length, textBytes: bytes.length, articles: 2, files: 1 });
    assert.deepEqual(dropped, {
      redirects: 1,
      'pages of other namespaces': 1,
      'articles without text': 1,
      'pages that are not wikitext': 1,
    });
  }
  assert.equal((await readDump(`\ufeff<?xml version="1.0"?>\n${DUMP}`)).text, ARTICLES);
  assert.equal((await readDump(gzipSync(DUMP))).text, ARTICLES);
});

test('a multistream dump is read: a stream for the header, for some pages each, and for the end', async (t) => {
  if (!has('bzip2')) return t.skip('bzip2 is not installed');
  const parts = [HEADER, PAGES.slice(0, 3).join(''), PAGES.slice(3).join(''), '\n</mediawiki>\n'];
  const bytes = Buffer.concat(parts.map((part) => filter('bzip2', ['-c'], part)));
  for (const chunk of [7, 65_536]) assert.equal((await readDump(bytes, {}, chunk)).text, ARTICLES);
});

test('paragraphs and records are whole articles', async () => {
  for (const unit of ['paragraphs', 'records'] as const) {
    assert.equal(
      (await readDump(DUMP, { unit }, 5)).text,
      'Caf\u00e9 \u20ac \u{1f600} & tea. Is "it"?\nTee.\n',
    );
  }
});

test('other namespaces are read where they are asked for', async () => {
  const helped = await readDump(DUMP, { namespaces: [4] });
  assert.equal(helped.text, 'Help.\n\n');
  assert.equal(helped.dropped['pages of other namespaces'], 5);
  assert.equal((await readDump(DUMP, { namespaces: '0,4' })).counts.articles, 3);
  assert.throws(() => text('', { namespaces: '0;4' }), failsWith('usage', /source\.namespaces/));
  assert.throws(
    () => text('', { namespaces: 4, format: 'csv' }),
    failsWith('usage', /^source\.namespaces: has no effect on the format csv; it is for wikipedia/),
  );
});

test('dumps that do not say namespaces have them told from titles', async () => {
  const old = [
    page('K&amp;che:b', 'namespace 100', { namespace: '' }),
    page('Datei:c', 'namespace 6', { namespace: '' }),
    page('d: e', 'article', { namespace: '' }),
  ];
  const { text } = await readDump(`${HEADER}${old.join('')}</mediawiki>`);
  assert.equal(text, 'article\n\n');
});

test('redirects that a dump does not mark are told from their text', async () => {
  const { text, dropped } = await readDump(
    `${HEADER}${page('a', '#REDIRECT [[b]]')}${page('b', 'B')}</mediawiki>`,
  );
  assert.equal(text, 'B\n\n');
  assert.deepEqual(dropped, { redirects: 1 });
});

test('of several revisions the last one counts, and a text may be missing', async () => {
  const revisions = page('a', 'old').replace(
    '</page>',
    page('a', 'new').replace(/[\s\S]*(<revision>)/, '$1'),
  );
  const deleted = page('b', 'x').replace(/<text[\s\S]*<\/text>/, '<text bytes="0" />');
  assert.equal((await readDump(`${HEADER}${revisions}${deleted}</mediawiki>`)).text, 'new\n\n');
});

test('parts of a dump, without its beginning and end, are read where the format is said', async () => {
  assert.equal(
    (await readDump(PAGES.join(''), { format: 'wikipedia' })).text.replace('Datei:x.jpg\n', ''),
    ARTICLES,
  );
});

test('dumps one after the other are read, each with its own names', async () => {
  assert.equal((await readDump(DUMP + DUMP)).text, ARTICLES + ARTICLES);
});

test('a dump that is cut off is an error, after the articles before', async () => {
  const bytes = Buffer.from(DUMP);
  for (let length = HEADER.length; length < bytes.length - '</mediawiki>\n'.length; length += 61) {
    await assert.rejects(
      readDump(bytes.subarray(0, length)),
      failsWith('data', new RegExp(`^dump \\(byte ${length}\\): this dump ends .*: it is cut off`)),
    );
  }
});

test('a page that is too long is an error', async () => {
  const read = async (): Promise<void> => {
    const options = { file: 'dump', countLines: false, longestPage: 1000 };
    for await (const _page of pagesOf(inChunks(Buffer.from(page('a', 'x'.repeat(3000))), 500), options));
  };
  await assert.rejects(
    read,
    failsWith('data', /^dump \(byte 0\): a page of more than 1,\d+ bytes/, /pages-articles/),
  );
});

test('invalid UTF-8 is replaced and counted; strict: an error with line and byte', async () => {
  const [before, after] = DUMP.split('Tee.');
  const bytes = Buffer.concat([Buffer.from(`${before}Te`), Buffer.from([0xff]), Buffer.from(after!)]);
  const { text, counts, warnings } = await readDump(bytes);
  assert.match(text, /\nTe\ufffd\n\n$/);
  assert.equal(counts.replacedSequences, 1);
  const byte = Buffer.byteLength(before!) + 2;
  assert.match(warnings[0]!, new RegExp(`^dump \\(byte ${byte}\\): not UTF-8`));
  await assert.rejects(
    readDump(bytes, { strictUtf8: true }),
    failsWith(
      'data',
      new RegExp(`^dump:${before!.split('\n').length} \\(byte ${byte}\\): this is not UTF-8`),
    ),
  );
});

const EXTRACT = new URL('../../../../shared/data/enwiki-dump-extract.xml.bz2', import.meta.url).pathname;
const PEERS = new URL('../../../bench/.peers/venv/bin/python', import.meta.url).pathname;

test('articles of an extract of a real dump have no mark-up left', async (t) => {
  if (!existsSync(EXTRACT)) return t.skip('../shared/data is not here');
  const { text, counts, dropped } = await read(files(EXTRACT));
  assert.equal(counts.articles, 106);
  assert.deepEqual(dropped, { redirects: 99, 'pages of other namespaces': 1 });
  const left = text.match(
    /.*(?:\[\[|\]\]|\{\{|\}\}|\{\||\|\}|'''|<\/?(?:ref|div|span|br|nowiki)|&nbsp;|&lt;|__NOTOC).*/g,
  );
  assert.equal(left, null);
});

test('articles of the extract have the words that gensim finds in them', async (t) => {
  if (!existsSync(EXTRACT)) return t.skip('../shared/data is not here');
  if (!existsSync(PEERS)) return t.skip('gensim is not installed: node scripts/peers.mjs');
  const { text } = await read(files(EXTRACT));
  const script = join(import.meta.dirname, 'gensim-overlap.py');
  const shares = JSON.parse(
    execFileSync(PEERS, [script, EXTRACT], { input: text, encoding: 'utf8', maxBuffer: 2 ** 26 }),
  );
  assert.equal(shares.articles, 106);
  // gensim keeps the cells of tables and the captions of pictures, and loses most of one article here.
  assert.ok(shares.ofGensims > 0.94, `${shares.ofGensims} of gensim's words`);
  assert.ok(shares.ofOurs > 0.985, `${shares.ofOurs} of our words`);
  assert.ok(shares.medianOfOurs > 0.999, `${shares.medianOfOurs} of our words in the median article`);
});
