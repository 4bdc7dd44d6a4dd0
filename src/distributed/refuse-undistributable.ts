import { WordmillError } from '../core/errors.js';
import { isUrl } from '../core/shown-url.js';
import type { ResolvedDefinition } from '../pipeline/schema.js';

/** A key of a definition that a run on several machines cannot do as one on this machine does. */
export interface Undistributable {
  readonly key: string;
  /** Why, to follow the key. */
  readonly problem: string;
  /** What to do about it. */
  readonly hint: string;
}

/**
 * Refuses a definition that cannot be shared out, with all reasons.
 *
 * @throws WordmillError `usage` that names the first such key, and the others.
 */
export function refuseUndistributable(definition: ResolvedDefinition): void {
  const [first, ...others] = undistributable(definition);
  if (!first) return;
  const also = others.length === 0 ? '' : ` Nor can ${others.map(({ key }) => key).join(', ')}.`;
  throw new WordmillError('usage', first.problem, {
    place: { key: first.key },
    hint: `${first.hint}${also}`,
  });
}

/** What of a definition cannot be shared out. */
export function undistributable(definition: ResolvedDefinition): Undistributable[] {
  return [
    ...ofSource(definition),
    ...ofText(definition),
    ...ofVocabulary(definition),
    ...ofTraining(definition),
  ];
}

const LOCALLY = 'Leave it out, or run on one machine (--executor local).';

function* ofSource({ source }: ResolvedDefinition): Generator<Undistributable> {
  const once = 'is read once, by one process: it cannot be shared out';
  if (source.stdin)
    yield { key: 'source.stdin', problem: once, hint: 'Store the text in files, and give these.' };
  if (source.pairs !== undefined) {
    yield {
      key: 'source.pairs',
      problem: 'pairs that are drawn already cannot be shared out',
      hint: 'Give the text, or train on one machine (--executor local).',
    };
  }
  if (source.cooccurrence !== undefined) {
    yield {
      key: 'source.cooccurrence',
      problem: 'co-occurrences that are counted already cannot be shared out',
      hint: 'Give the text, whose co-occurrences are then counted by shards; or train on one machine (--executor local).',
    };
  }
  const secret = [source.files ?? []].flat().find((entry) => isUrl(entry) && entry.includes('?'));
  if (secret !== undefined) {
    yield {
      key: 'source.files',
      problem: 'has a URL with a query, which may hold a key, and plans of runs keep no secrets',
      hint: 'Download the file to where all workers can read it, or give a URL without a query.',
    };
  }
  if (source.http?.cache !== undefined) {
    yield { key: 'source.http.cache', problem: 'is a folder of one machine', hint: LOCALLY };
  }
}

/** Filters that go by more than the unit itself would leave out others, shard by shard, than over the whole text. */
function* ofText({ filter = {}, tokenize, phrases }: ResolvedDefinition): Generator<Undistributable> {
  const filtered =
    'Write the filtered text first (wordmill tokenize --splitter whitespace, or any other tool).';
  const reasons = {
    skip: 'counts units from the start of the whole text',
    sampleShare: 'draws units by their number in the whole text',
    unique: 'remembers all units of the whole text',
    limit: 'counts units over the whole text',
    shuffleBuffer: 'orders the whole text',
    rejected: 'writes one file from the whole text',
  } as const;
  for (const [key, reason] of Object.entries(reasons)) {
    const value = filter[key as keyof typeof reasons];
    if (value === undefined || value === false) continue;
    yield { key: `filter.${key}`, problem: `${reason}, of which a shard sees a part`, hint: filtered };
  }
  if (tokenize.module !== undefined) {
    yield {
      key: 'tokenize.module',
      problem: 'is code of your own, which the workers do not have and which may remember what came before',
      hint: 'Take a splitter or a pattern, or split the text first (wordmill tokenize) and train on that.',
    };
  }
  if (phrases && phrases.read === undefined) {
    yield {
      key: 'phrases',
      problem: 'are learned from the whole text, of which a shard sees a part',
      hint: 'Learn them first (wordmill phrases --save-phrases FILE), and give phrases.read (--read-phrases FILE).',
    };
  }
}

function* ofVocabulary({ vocabulary }: ResolvedDefinition): Generator<Undistributable> {
  if (vocabulary.pruneAt !== undefined) {
    yield {
      key: 'vocabulary.pruneAt',
      problem: 'makes counts depend on the order of the text, and shards are counted exactly',
      hint: 'Leave it out; counting takes vocabulary.memory on each worker, and the disk past it.',
    };
  }
  if (vocabulary.spool !== undefined) {
    yield {
      key: 'vocabulary.spool',
      problem: 'is a folder of one machine; shards are in storage',
      hint: LOCALLY,
    };
  }
}

function* ofTraining({ train, evaluate }: ResolvedDefinition): Generator<Undistributable> {
  if (train.engine !== undefined && train.engine !== 'native') {
    yield {
      key: 'train.engine',
      problem: `${train.engine} trains in one process: shards are trained by the native engine`,
      hint: LOCALLY,
    };
  }
  if (train.model === 'nplm') {
    yield { key: 'train.model', problem: 'nplm is trained in one process', hint: LOCALLY };
  }
  if (train.validation && train.model !== 'glove') {
    yield {
      key: 'train.validation',
      problem:
        'is measured after each epoch on what is held out of the whole text, of which a shard sees a part',
      hint: 'Leave it out, with train.patience, and evaluate the vectors that come out; or run on one machine.',
    };
  }
  const rows = ['initialVectors', 'initialOutputWeights', 'freeze'] as const;
  for (const key of rows.filter((each) => train[each] !== undefined)) {
    yield {
      key: `train.${key}`,
      problem: 'is a file of one machine, and rounds start from rows that all machines draw alike',
      hint: LOCALLY,
    };
  }
  if (evaluate?.everyEpoch) {
    yield {
      key: 'evaluate.everyEpoch',
      problem: 'needs the vectors after each epoch, and a run on several machines gives them at its end',
      hint: 'Leave it out: the vectors that come out are evaluated.',
    };
  }
}
