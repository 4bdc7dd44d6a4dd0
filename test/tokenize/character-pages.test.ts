import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nativeAddon, nativeUnavailable } from '../../src/native/addon.js';
import { characterPage, PAGE_SIZE, PAGES } from '../../src/tokenize/character-pages.js';
import { type TokenizeOptions, tokenizeOptions } from '../../src/tokenize/options.js';
import { wordsOfText } from '../../src/tokenize/split-text.js';

const skip = nativeUnavailable() ?? false;
const UNDECIDED = 0;

/** What the page of a character says of it. */
function entryOf(character: string, settings: Partial<TokenizeOptions> = {}): number {
  const options = tokenizeOptions.parse(settings);
  const code = character.charCodeAt(0);
  return characterPage(Math.floor(code / PAGE_SIZE), wordsOfText(options), options)[code % PAGE_SIZE]!;
}

test('an entry is the number of bytes that a character becomes, then the bytes; or what is between words', () => {
  assert.equal(entryOf('É'), 0xa9_c3_02); // é is C3 A9.
  assert.equal(entryOf('É', { lowercase: false }), 0x89_c3_02);
  assert.equal(entryOf('İ'), 0x87_cc_69_03); // i and U+0307, CC 87.
  assert.equal(entryOf('Ⱥ'), 0xa5_b1_e2_03); // U+2C65: a byte longer than what it came from.
  assert.equal(entryOf('٣', { foldNumbers: true }), 0x30_01);
  assert.equal(entryOf('漢'), 0xa2_bc_e6_03);
  assert.equal(entryOf('–'), 0x10);
  assert.equal(entryOf('\u2019'), 0x11);
  assert.equal(entryOf("'"), 0x11);
  assert.equal(entryOf('\u2019', { splitter: 'whitespace' }), 0x99_80_e2_03);
  assert.equal(entryOf('\u00a0', { splitter: 'whitespace' }), 0x10);
});

test('what depends on its neighbours is left undecided', () => {
  for (const character of [
    'Σ',
    '\u0301',
    '\u0307',
    '\u0345',
    '\u1161',
    '\u11ab',
    '\u212b',
    '\ufb01',
    '\ud800',
  ]) {
    assert.equal(entryOf(character, { normalize: 'NFKC' }), UNDECIDED, character);
  }
});

test('no character is decided that composes with the one before it, in all of Unicode', () => {
  for (const normalize of ['NFC', 'NFKC'] as const) {
    const options = tokenizeOptions.parse({ normalize });
    const words = wordsOfText(options);
    // A composed character decomposes into two: whatever comes second in one composes with what is before it.
    const seconds = new Set<string>();
    for (let code = 0; code <= 0x10ffff; code++) {
      if (code >= 0xd800 && code <= 0xdfff) continue;
      const parts = [...String.fromCodePoint(code).normalize('NFD')];
      for (const part of parts.slice(1)) seconds.add(part);
    }
    assert.ok(seconds.size > 50);
    const decided: string[] = [];
    for (const second of seconds) {
      const code = second.codePointAt(0)!;
      if (code > 0xffff) continue;
      const page = characterPage(Math.floor(code / PAGE_SIZE), words, options);
      if (page[code % PAGE_SIZE] !== UNDECIDED) decided.push(second);
    }
    assert.deepEqual(decided, []);
  }
});

test('text in Latin, Cyrillic, Greek and Han is decided natively once its characters are known', {
  skip,
}, () => {
  const options = tokenizeOptions.parse({});
  const words = wordsOfText(options);
  const native = nativeAddon().createTextSplitter({
    ...{ lettersAndDigits: true, lowercase: true, foldNumbers: false, maxSentence: 100 },
  });
  const text = Buffer.from('Über naïve “Don’t” Привет, мир! γειά 漢字 — Ąę\n');
  assert.ok(native.split({ bytes: text }).length > 0);
  for (let page = 0; page < PAGES; page++)
    native.learn({ page, entries: characterPage(page, words, options) });
  assert.deepEqual([...native.split({ bytes: text })], []);
});
