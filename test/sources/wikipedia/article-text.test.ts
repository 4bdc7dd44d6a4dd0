import assert from 'node:assert/strict';
import { test } from 'node:test';
import { articleText } from '../../../src/sources/wikipedia/article-text.js';
import { Site } from '../../../src/sources/wikipedia/site.js';

/** A German wiki, with its own names for files and categories. */
const site = new Site(
  '<namespaces><namespace key="6" case="first-letter">Datei</namespace><namespace key="14" case="first-letter">Kategorie</namespace></namespaces>',
);

function gives(cases: Readonly<Record<string, string>>): void {
  for (const [wikitext, expected] of Object.entries(cases)) {
    assert.deepEqual(articleText(wikitext, site), expected === '' ? [] : expected.split('\n'), wikitext);
  }
}

test('templates are gone, however they are nested', () => {
  gives({
    'a {{b}} c': 'a c',
    'a {{b|{{c|d={{e}}|f}}}} g': 'a g',
    '{{Infobox\n| x = {{y}}\n| z = [[w]]\n}}\nText.': 'Text.',
    'a {{{argument}}} b': 'a b',
    'a {{{{{nested}}}}} b': 'a b',
    'a {{{{b}}}} c': 'a c',
    'a {{b}}} c': 'a c',
    'a {{b [[c}} d]] e': 'a d e',
  });
});

test('what is never closed is text without its brackets', () => {
  gives({
    'a {{b c': 'a b c',
    'a [[b c': 'a b c',
    'a }} b': 'a b',
    'a ]] b': 'a b',
    'a {{b [[c]] {{d}}': 'a b c',
    'a <ref>b': 'a b',
    'a <b>c': 'a c',
    'a <!-- b': 'a',
  });
});

test('single braces, brackets, bars and signs are text', () => {
  gives({
    "f{x} [y] a|b 1 < 2 > 0 it's": "f{x} [y] a|b 1 < 2 > 0 it's",
    'a [b c] d': 'a [b c] d',
  });
});

test('links are what they show', () => {
  gives({
    '[[House]]s and [[Mouse|mice]].': 'Houses and mice.',
    "[[a|'''b''' {{c}}d]]": 'b d',
    '[[Foo (bar)#Part|part]]': 'part',
    '[[:Kategorie:Foo]] [[:fr:Titre|title]]': 'Kategorie:Foo title',
    '[[wikt:word|word]] [[mw:Help]]': 'word mw:Help',
    '[[a|b|c]]': 'b|c',
    '[[not a\n\nlink | at all]]': 'not a\nlink | at all',
    '[[a [[b]] c]]': 'a b c',
  });
});

test('files, categories and links to other languages leave nothing, under any of their names', () => {
  gives({
    'a [[File:x.jpg|thumb|A [[house]] with {{b}} and [http://example.org/ c].]] d': 'a d',
    'a [[Datei:x.jpg]] [[bild:x]] b': 'a bild:x b',
    '[[Image:x.jpg|left|[[Image:y.jpg|small]] text]]a': 'a',
    '[[Category:A]][[Kategorie:B|sort]] [[ datei : x ]]a': 'a',
    'a [[fr:Titre]] [[zh-min-nan:B]] [[simple:C]] b': 'a b',
  });
});

test('external links are their labels', () => {
  gives({
    'see [http://example.org/a?b=c the page] now': 'see the page now',
    'see [https://example.org/] now': 'see now',
    'see [//example.org/a b c]': 'see b c',
    '[[http://example.org/ twice]]': 'twice]'.slice(0, -1),
    '[http://example.org/ a\n\nb]': 'a\nb]',
    'at http://example.org/ here': 'at http://example.org/ here',
  });
});

test('bold and italic signs are gone, apostrophes are not', () => {
  gives({
    "''a'' '''b''' '''''c''''' ''''d'''' e's": "a b c 'd' e's",
    "L''''amour''''": "L'amour'",
  });
});

test('headings are lines; those of sections without text are gone', () => {
  gives({
    'a\n== B ==\nc\n===D===\n=== E ===\nf': 'a\nB\nc\nE\nf',
    'a\n== References ==\n{{reflist}}\n== Links ==\n[[Category:x]]': 'a',
    '== A ==\n=== B ===\nc': 'A\nB\nc',
    '== A ==\n=== B ===\n== C ==\nd': 'C\nd',
    "=== ''A'' & [[b]] = c ===\nd": 'A & b = c\nd',
    '= a': '= a',
  });
});

test('items of lists are lines, without their signs', () => {
  gives({ '* a\n** b\n# c\n#* d\n; e\n: f\n----\n::g': 'a\nb\nc\nd\ne\nf\ng' });
});

test('a paragraph is one line, up to a blank line, a list, a heading or a table', () => {
  gives({
    'a\nb\n\nc\n* d\ne\nf\n== G ==\nh\n set as it stands': 'a b\nc\nd\ne f\nG\nh\nset as it stands',
    'a<br>b<br />c': 'a b c',
    '<p>a</p><div style="x">b</div>c': 'a\nb\nc',
  });
});

test('tables are gone, also within each other, and rows of tables that a template begins', () => {
  gives({
    'a\n{| class="x"\n|+ b\n! c !! d\n|-\n| e || f\n|}\ng': 'a\ng',
    'a\n{|\n|\n{|\n| b\n|}\n| c\n|}\nd': 'a\nd',
    ':{|\n| a\n|}\nb': 'b',
    '{|\n| {{x|\n|}} || b\n|}\nc': 'c',
    '{{start}}\n|-\n| a\n! b\n{{end}}\nc': 'c',
    '{|\n| never closed\na': 'a',
  });
});

test('references, formulas, galleries, code and the like are gone', () => {
  gives({
    'a<ref>b {{c}} [[d]]</ref>e<ref name="f"/>g<REF name=h>i\nj</Ref >k': 'aegk',
    'a <math>x < y \\{</math> b <gallery>\nFile:x.jpg|c\n</gallery>d': 'a b d',
    'a <syntaxhighlight lang="c">int {{a}}; </syntaxhighlight>b<source>c</source>': 'a b',
    'a<references><ref>b</ref></references>c': 'ac',
  });
});

test('nowiki is taken as it stands', () => {
  gives({
    "a <nowiki>[[b]] {{c}} ''d''</nowiki> e": "a [[b]] {{c}} ''d'' e",
    "''<nowiki/>a''": 'a',
  });
});

test('comments are gone, and their lines with them', () => {
  gives({ 'a<!-- {{ [[ -->b\n<!-- c -->\nd': 'ab d', 'a<!-- b\nc -->d': 'ad' });
});

test('tags are gone, their text is not; entities are characters', () => {
  gives({
    'a<sub>2</sub> <span class="x">b</span> <big>c</big>': 'a2 b c',
    'a&nbsp;b &ndash; c &amp;amp; &#8364; &#x20ac; &unknown; AT&T':
      'a b \u2013 c &amp; \u20ac \u20ac &unknown; AT&T',
    'a&lt;b&gt;c &lt;ref&gt;': 'a<b>c <ref>',
    'soft\u00adhyphen zero\u200bwidth': 'softhyphen zerowidth',
  });
});

test('behaviour switches are gone', () => {
  gives({ '__NOTOC__a __FORCETOC__ __init__ b': 'a __init__ b' });
});

test('what templates leave behind is tidied: empty parentheses, commas, spaces', () => {
  gives({
    'A ({{lang|el|b}}; {{c}}) is a ( {{d}}, 1900) e , f': 'A is a (1900) e, f',
    '{{a}}.\n\n{{b}} {{c}}\n\nd': 'd',
  });
});

/** Endless brackets of any kind end in time, and without a stack of calls as deep as they are nested. */
test('hostile nesting takes time that grows as the text does', () => {
  const many = 30_000;
  const pieces = [
    '{{',
    '}}',
    '{{{',
    '[[',
    ']]',
    '[[File:a|',
    '[[a|',
    '[http://a b',
    '{|\n',
    '\n|}',
    '<ref>',
    '<nowiki>',
    '<!--',
    '<a ',
    '<',
    "''",
    '|',
    '==',
    '= ',
    '\n==a==',
    '( ',
    '(',
    '&',
    '__A',
    '[[ [http://a ',
    '{{ [[',
    '{|\n[[File:a|',
    '\n|} ]]',
    '{{a',
    '[[ | ',
  ];
  for (const piece of pieces) {
    articleText(piece.repeat(many), site);
    articleText(`${piece.repeat(many)}${'}}'.repeat(many)}`, site);
    articleText(`${piece.repeat(many)}${'\n|} ]]'.repeat(many)}`, site);
    articleText(`${`${piece} a |\n|} ]] `.repeat(many / 4)}`, site);
  }
});
