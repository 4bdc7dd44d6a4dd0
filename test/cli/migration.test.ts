import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { flagsOf } from '../../src/cli/flags.js';
import { unknownFlag } from '../../src/cli/foreign-flags.js';

const FLAGS = flagsOf('', 'source', 'tokenize', 'vocabulary', 'sampling', 'train', 'sinks');
const NAMES = FLAGS.map(({ name }) => name);
const HEAD = '| theirs | their default | here | default here | what differs |';

interface Line {
  readonly tool: string;
  readonly theirs: string;
  /** A flag, `FILES`, or a dash where there is none. */
  readonly here: string;
  readonly defaultHere: string;
}

/** The lines of the tables of options in the page. */
const LINES = readFileSync(new URL('../../docs/migration.md', import.meta.url), 'utf8')
  .split(/^## /m)
  .filter((section) => section.includes(HEAD))
  .flatMap((section) => {
    const tool = section.split('\n', 1)[0]!;
    const lines = section.slice(section.indexOf(HEAD)).split('\n\n', 1)[0]!.split('\n').slice(2);
    return lines.map((line): Line => {
      const cells = line.split('|').map((cell) => cell.trim().replaceAll('`', ''));
      assert.equal(cells.length, 7, `five cells in: ${line}`);
      return { tool, theirs: cells[1]!, here: cells[3]!, defaultHere: cells[4]! };
    });
  });

/** What `wordmill train` answers an option of another tool. */
function answer(theirs: string): string {
  const spelled = theirs.startsWith('-') ? theirs : `--${theirs}`;
  return unknownFlag(spelled, 'train', NAMES).hint ?? '';
}

describe('the migration page', () => {
  test('has a table for each tool', () => {
    const tools = [...new Set(LINES.map(({ tool }) => tool.split(' ')[0]))];
    assert.deepEqual(tools, ['word2vec', 'fastText', 'GloVe', 'gensim']);
  });

  for (const { tool, theirs, here } of LINES) {
    test(`${tool}: ${theirs} is answered as the page has it`, () => {
      // The same name can mean another thing in another tool: the answer is for one of them.
      const meanings = LINES.filter((line) => bare(line.theirs) === bare(theirs)).map((line) => line.here);
      const said = answer(theirs);
      assert.ok(meanings.includes(here));
      assert.ok(
        meanings.some((meaning) => agrees(said, meaning)),
        `${theirs}: the page has ${meanings.join(' or ')}, the answer is: ${said}`,
      );
    });
  }

  test('gives the defaults that the schemas have', () => {
    for (const { tool, theirs, here, defaultHere } of LINES) {
      const name = /^--(\S+)/.exec(here)?.[1];
      if (name === undefined) continue;
      const flag = FLAGS.find((candidate) => candidate.name === name);
      assert.ok(flag, `${tool}, ${theirs}: there is no flag ${here}`);
      const { default: value } = flag.schema;
      if (value !== undefined) assert.equal(defaultHere, String(value), `${tool}, ${theirs}`);
    }
  });
});

function bare(name: string): string {
  return name.replace(/^-+/, '').replaceAll(/[-_]/g, '').toLowerCase();
}

function agrees(said: string, meaning: string): boolean {
  if (meaning === '—') return said.startsWith('There is no such flag');
  if (meaning === 'FILES') return said.startsWith('Files are given without a flag');
  return new RegExp(`${meaning}(?![\\w-])`).test(said);
}
