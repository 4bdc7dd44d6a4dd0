import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Random } from '../../../src/core/random.js';
import { Report } from '../../../src/core/report.js';
import { adjacentEntities, convertTags, detectScheme } from '../../../src/train/tagging/convert-tags.js';
import { checkTags, type Entity, entitiesOf, tagsFor } from '../../../src/train/tagging/entities.js';
import { mayFollow, partsOf, SCHEMES, schemeOf, tagsOf } from '../../../src/train/tagging/schemes.js';
import { randomEntities, randomTags } from './support.js';

const split = (tags: string) => tags.split(' ');
const spans = (tags: string) =>
  entitiesOf(split(tags)).map(({ type, start, end }) => `${type} ${start}-${end}`);

/** "Ann Lee | Bo | of New York City": two persons side by side, and a place at the end. */
const ENTITIES: Entity[] = [
  { type: 'PER', start: 0, end: 2 },
  { type: 'PER', start: 2, end: 3 },
  { type: 'LOC', start: 4, end: 7 },
];
const IN_SCHEME = {
  IO: 'I-PER I-PER I-PER O I-LOC I-LOC I-LOC',
  IOB1: 'I-PER I-PER B-PER O I-LOC I-LOC I-LOC',
  IOB2: 'B-PER I-PER B-PER O B-LOC I-LOC I-LOC',
  BIOES: 'B-PER E-PER S-PER O B-LOC I-LOC E-LOC',
} as const;

describe('tagging schemes', () => {
  test('names in any case; BIO is IOB2; an unknown one is an error of usage with the nearest', () => {
    assert.deepEqual(['io', 'iob1', 'IOB2', 'Bio', 'bioes'].map(schemeOf), [
      'IO',
      'IOB1',
      'IOB2',
      'IOB2',
      'BIOES',
    ]);
    assert.throws(() => schemeOf('BIOSE'), {
      kind: 'usage',
      message: /unknown tagging scheme 'BIOSE'\n.*'BIOES'/,
    });
    assert.throws(() => schemeOf('nonsense'), {
      kind: 'usage',
      message: /Known are: BIO, BIOES, IO, IOB1, IOB2/,
    });
  });

  test('the tags of a scheme', () => {
    assert.deepEqual(tagsOf('IO', ['A', 'B']), ['O', 'I-A', 'I-B']);
    assert.deepEqual(tagsOf('BIOES', ['A']), ['O', 'B-A', 'I-A', 'E-A', 'S-A']);
    assert.deepEqual(partsOf('B-creative-work'), { prefix: 'B', type: 'creative-work' });
    for (const strange of ['', 'B', 'B-', 'X-PER', 'o', 'b-PER', 'BPER'])
      assert.equal(partsOf(strange), undefined);
  });

  test('what may follow what: the whole table for one type and another', () => {
    const table = (scheme: (typeof SCHEMES)[number], tags: string[]) =>
      [undefined, ...tags].map((previous) =>
        [...tags, undefined]
          .map((next) =>
            mayFollow(
              scheme,
              previous === undefined ? undefined : partsOf(previous),
              next === undefined ? undefined : partsOf(next),
            )
              ? '+'
              : '.',
          )
          .join(''),
      );
    // Rows: the start, O, B-A, I-A, I-B. Columns: O, B-A, I-A, I-B, the end.
    assert.deepEqual(table('IOB2', ['O', 'B-A', 'I-A', 'I-B']), [
      '++..+',
      '++..+',
      '+++.+',
      '+++.+',
      '++.++',
    ]);
    assert.deepEqual(table('IOB1', ['O', 'B-A', 'I-A', 'I-B']), [
      '+.+++',
      '+.+++',
      '+++++',
      '+++++',
      '+.+++',
    ]);
    assert.deepEqual(table('IO', ['O', 'I-A']), ['+++', '+++', '+++']);
    // Rows: the start, O, B-A, I-A, E-A, S-A, E-B. Columns: O, B-A, I-A, E-A, S-A, E-B, the end.
    assert.deepEqual(table('BIOES', ['O', 'B-A', 'I-A', 'E-A', 'S-A', 'E-B']), [
      '++..+.+',
      '++..+.+',
      '..++...',
      '..++...',
      '++..+.+',
      '++..+.+',
      '++..+.+',
    ]);
  });
});

describe('entities', () => {
  test('tags of each scheme, by hand', () => {
    for (const scheme of SCHEMES) {
      assert.deepEqual(tagsFor(scheme, ENTITIES, 7), split(IN_SCHEME[scheme]), scheme);
      if (scheme !== 'IO') assert.deepEqual(entitiesOf(split(IN_SCHEME[scheme])), ENTITIES, scheme);
    }
    assert.deepEqual(spans(IN_SCHEME.IO), ['PER 0-3', 'LOC 4-7']);
  });

  test('ill-formed tags are read as conlleval reads them', () => {
    assert.deepEqual(spans('O I-A I-A O'), ['A 1-3']); // An entity may begin with I-.
    assert.deepEqual(spans('B-A I-B I-B'), ['A 0-1', 'B 1-3']); // A change of type begins one.
    assert.deepEqual(spans('E-A I-A'), ['A 0-1', 'A 1-2']); // After E- nothing goes on.
    assert.deepEqual(spans('B-A O E-A'), ['A 0-1', 'A 2-3']);
    assert.deepEqual(spans('S-A E-A B-A S-A'), ['A 0-1', 'A 1-2', 'A 2-3', 'A 3-4']);
    assert.deepEqual(spans('I-A I-A'), ['A 0-2']); // An entity may end with the sentence.
    assert.deepEqual(entitiesOf([]), []);
  });

  test('random entities come back from every scheme but IO, and from IO where none are adjacent', () => {
    const random = new Random(5);
    for (let round = 0; round < 300; round++) {
      const length = random.below(15);
      const entities = randomEntities(random, length);
      for (const scheme of SCHEMES) {
        const tags = tagsFor(scheme, entities, length);
        checkTags(scheme, tags, { strict: true });
        if (scheme !== 'IO' || adjacentEntities(entities) === 0) assert.deepEqual(entitiesOf(tags), entities);
        else assert.equal(entitiesOf(tags).length, entities.length - adjacentEntities(entities));
      }
    }
  });

  test('strict: random tags pass exactly where they are what tagsFor writes for their entities', () => {
    const random = new Random(6);
    let passed = 0;
    for (let round = 0; round < 2000; round++) {
      for (const scheme of SCHEMES) {
        const tags = randomTags(random, scheme, random.below(5));
        const written = tagsFor(scheme, entitiesOf(tags), tags.length);
        const wellFormed = written.join(' ') === tags.join(' ');
        if (wellFormed) passed++;
        if (wellFormed) checkTags(scheme, tags, { strict: true });
        else
          assert.throws(
            () => checkTags(scheme, tags, { strict: true }),
            { kind: 'data' },
            `${scheme} ${tags}`,
          );
        checkTags(scheme, tags);
      }
    }
    assert.ok(passed > 1000 && passed < 7000, `${passed} of 8000 were well-formed`);
  });

  test('a tag that the scheme cannot have is refused with its place, and the scheme that can is named', () => {
    const placeOf = (index: number) => ({ file: 'x.conll', line: 10 + index });
    assert.throws(() => checkTags('IOB2', ['O', 'S-PER'], { placeOf }), {
      kind: 'data',
      message:
        "x.conll:11: IOB2 cannot have the tag 'S-PER'\n  BIOES can: choose that scheme, or correct the tag.",
    });
    assert.throws(() => checkTags('BIOES', ['PER'], { placeOf }), {
      message: /x.conll:10: .*'PER'\n.*A tag is O/,
    });
    assert.throws(() => entitiesOf(['O', 'B_PER'], placeOf), {
      kind: 'data',
      message: /x.conll:11.*'B_PER'/,
    });
    assert.throws(() => checkTags('IOB2', ['O', 'I-A'], { placeOf, strict: true }), {
      message: /x.conll:11: in IOB2, I-A cannot follow O/,
    });
    assert.throws(() => checkTags('BIOES', ['B-A'], { placeOf, strict: true }), {
      message: /x.conll:10: in BIOES, the end of the sentence cannot follow B-A/,
    });
    assert.throws(() => checkTags('IOB2', ['I-A'], { strict: true }), {
      message: /cannot follow the start of/,
    });
  });

  test('entities that are empty, overlap or leave the sentence are refused', () => {
    const entity = (start: number, end: number) => ({ type: 'A', start, end });
    for (const wrong of [[entity(1, 1)], [entity(0, 2), entity(1, 3)], [entity(2, 5)], [entity(-1, 2)]]) {
      assert.throws(() => tagsFor('IOB2', wrong, 4), { kind: 'internal' });
    }
  });
});

describe('conversion', () => {
  test('from every scheme to every other, and a warning, once, where IO merges entities', () => {
    for (const from of SCHEMES) {
      for (const to of SCHEMES) {
        const report = new Report();
        const tags = split(IN_SCHEME[from]);
        const converted = convertTags(tags, to, { report });
        if (from !== 'IO') assert.deepEqual(converted, split(IN_SCHEME[to]), `${from} to ${to}`);
        else assert.deepEqual(entitiesOf(converted), entitiesOf(tags));
        convertTags(tags, to, { report });
        const merges = to === 'IO' && from !== 'IO';
        assert.equal(report.warnings.length, merges ? 1 : 0, `${from} to ${to}`);
        if (merges) assert.match(report.warnings[0]!, /IO cannot tell adjacent entities of one type apart/);
      }
    }
  });

  test('the scheme is seen from the tags', () => {
    for (const scheme of SCHEMES) assert.equal(detectScheme([split(IN_SCHEME[scheme])]), scheme);
    assert.equal(detectScheme([split('B-PER O')]), 'IOB2');
    assert.equal(detectScheme([split('O S-PER')]), 'BIOES');
    assert.equal(detectScheme([split('B-PER I-PER O B-LOC'), split('O I-LOC')]), 'IOB2'); // One slip.
    assert.equal(detectScheme([['O'], []]), 'IO');
    assert.throws(() => detectScheme([['PER']]), { kind: 'data' });
  });
});
