import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { tokenBlock } from '../../../src/core/blocks.js';
import { Random } from '../../../src/core/random.js';
import { phraseOptions } from '../../../src/tokenize/phrases/options.js';
import { PhraseCounter } from '../../../src/tokenize/phrases/phrase-counter.js';
import { tableOf } from '../../../src/tokenize/word-table.js';
import { joinedLines } from './helpers.js';

const python = join(fileURLToPath(new URL('../../../', import.meta.url)), 'bench/.peers/venv/bin/python');
const skip = existsSync(python) ? false : 'gensim is not set up: node scripts/peers.mjs gensim';

/** Learns phrases with gensim; prints its vocabulary's size, scores by phrase, and the joined sentences. */
const SCRIPT = `
import json, sys
from gensim.models.phrases import Phrases
lines, options = json.load(sys.stdin)
sentences = [line.split() for line in lines]
options['connector_words'] = frozenset(options['connector_words'])
model = Phrases(sentences, **options)
json.dump([len(model.vocab), model.export_phrases(), [' '.join(model[s]) for s in sentences]], sys.stdout)
`;

/** Sentences in which some words come in pairs more often than by chance, with connectors between. */
function corpus(): string[] {
  const random = new Random(5);
  return Array.from({ length: 400 }, () => {
    const words: string[] = [];
    for (let i = random.below(12); i > 0; i--) {
      const pair = random.below(15);
      words.push(`w${random.below(40)}`);
      if (random.below(3) === 0) words.push(`a${pair}`, ...['of', 'the'].slice(random.below(3)), `b${pair}`);
      if (random.below(8) === 0) words.push('of');
    }
    return words.join(' ');
  });
}

describe('phrases equal those of gensim', { skip }, () => {
  for (const [scoring, threshold] of [
    ['default', 0.5],
    ['npmi', 0.3],
  ] as const) {
    for (const connectors of ['', 'of the']) {
      test(`with scoring ${scoring}, connectors '${connectors}'`, async () => {
        const lines = corpus();
        const names = connectors.split(' ').filter((name) => name !== '');
        const { stdout, stderr, status } = spawnSync(python, ['-c', SCRIPT], {
          encoding: 'utf8',
          input: JSON.stringify([lines, { min_count: 3, threshold, scoring, connector_words: names }]),
        });
        assert.equal(status, 0, stderr);
        const [vocabulary, scores, joined] = JSON.parse(stdout) as [number, Record<string, number>, string[]];

        const counter = new PhraseCounter(tableOf(names), 1 << 26);
        counter.add(tokenBlock(lines.map((line) => line.split(' '))));
        // gensim multiplies by the size of its vocabulary, pairs included, where word2phrase.c takes the words.
        const scale = scoring === 'npmi' ? 1 : counter.words / vocabulary;
        const settings = {
          scoring: scoring === 'npmi' ? scoring : 'word2phrase',
          threshold: threshold * scale,
          minCount: 3,
          connectors,
        } as const;
        const ours = counter.phrases(phraseOptions.parse(settings));
        const byName = Object.fromEntries(ours.map(({ words, score }) => [words.join('_'), score / scale]));
        // gensim lists what it finds when it joins, from left to right; what is never joined so is not in its list.
        assert.ok(Object.keys(scores).length > 10);
        for (const [phrase, score] of Object.entries(scores)) {
          assert.ok(
            Math.abs(byName[phrase]! / score - 1) < 1e-9,
            `${phrase}: ${byName[phrase]}, gensim ${score}`,
          );
        }
        assert.deepEqual(await joinedLines([lines], settings), joined);
      });
    }
  }
});
