/**
 * Our Kneser-Ney models against KenLM's lmplz and query, on the same two files.
 *
 *   npm run bench:kneser-ney:kenlm                                       2 M words of training, 200 k held out
 *   npm run bench:kneser-ney:kenlm -- --train 400000 --held-out 40000
 *
 * Builds KenLM first (node scripts/peers.mjs kenlm). On 2 M / 200 k words it prints:
 *
 *     order  wordmill   KenLM      difference
 *     2      214.89117  214.89115  7.5e-8
 *     3      186.06193  186.06193  -2.4e-8
 *     4      181.09866  181.09865  4.1e-8
 *     5      179.82493  179.82493  -5.1e-9
 *
 * What is left is float32, in which KenLM keeps probabilities and estimates discounts. One thing is made equal here:
 * lmplz refuses `<unk>` in training text, so `<UNK>` is spelled as a word; it then has an `<unk>` of its own, which never
 * occurs, as one more event of the uniform distribution, and our model is given one more event as well.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { kenlmPrograms } from '../../scripts/peers-kenlm.mjs';
import { UNKNOWN } from '../../src/index.js';
import { ENWIKI, languageModelCorpus, SIZE_FLAGS, sizesOf } from './corpus.js';
import { type EventText, textLines } from './events.js';
import { KneserNey } from './kneser-ney-model.js';
import { NgramCounts } from './ngram-counts.js';
import { perplexity, scoreText } from './perplexity.js';

const ORDERS = [2, 3, 4, 5];
/** Words are lower-cased, so that none is spelled like this. */
const UNKNOWN_WORD = 'UNKNOWN';

const { values: flags } = parseArgs({ options: SIZE_FLAGS });
const { lmplz, query } = kenlmPrograms();
const corpus = await languageModelCorpus(ENWIKI, sizesOf(flags));
const events = { ...corpus.events, types: corpus.events.types + 1 };
const counts = new NgramCounts(corpus.train, events, Math.max(...ORDERS));
const train = spelled(corpus.train);
const heldOut = spelled(corpus.heldOut);
const folder = mkdtempSync(join(tmpdir(), 'kenlm-'));
try {
  console.log('order  wordmill   KenLM      difference');
  for (const order of ORDERS) {
    const { known, unknown, sentenceEnds } = scoreText(
      new KneserNey(counts, { order }),
      corpus.heldOut,
      events,
    );
    const ours = perplexity(known, unknown, sentenceEnds);
    const theirs = kenlm(order);
    const difference = (ours / theirs - 1).toExponential(1);
    console.log(`${order}      ${ours.toFixed(5)}  ${theirs.toFixed(5)}  ${difference}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The perplexity that KenLM gives the held-out text. */
function kenlm(order: number): number {
  const model = join(folder, `${order}.arpa`);
  output(lmplz, ['--order', `${order}`, '--memory', '1G', '--discount_fallback', '--arpa', model], train);
  const printed = output(query, ['-v', 'summary', model], heldOut);
  return Number(/^Perplexity including OOVs:\s+(\S+)$/m.exec(printed)![1]);
}

function spelled(text: EventText): string {
  return [...textLines(text, corpus)].join('').replaceAll(UNKNOWN, UNKNOWN_WORD);
}

function output(program: string, args: readonly string[], input: string): string {
  const { status, stdout, stderr } = spawnSync(program, args, {
    input,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) throw new Error(`${program} failed:\n${stderr}`);
  return stdout;
}
