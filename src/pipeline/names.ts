import { nearestName } from '../core/options.js';
import { definitionSchema, type OptionSchema, optionSchema } from './schema.js';

/** A key of a definition. */
export interface KnownKey {
  /** Such as `train.dimensions`; an output is `sinks.glove`. */
  readonly path: string;
  readonly schema: OptionSchema;
}

/** Every key of a definition, sections first; the outputs stand under `sinks`. */
export function knownKeys(): readonly KnownKey[] {
  cached ??= keysOf(optionSchema(definitionSchema), '');
  return cached;
}

let cached: KnownKey[] | undefined;

function keysOf(schema: OptionSchema, prefix: string): KnownKey[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const path = prefix + name;
    const inside = property as OptionSchema;
    const entries = ((inside.items as OptionSchema | undefined)?.anyOf ?? []) as OptionSchema[];
    return [
      { path, schema: inside },
      ...[inside, ...entries].flatMap((nested) => keysOf(nested, `${path}.`)),
    ];
  });
}

/**
 * What word2vec, fastText, GloVe and gensim call things, without dashes and underscores and in lower case, with the
 * key it is here; a value where the other tool's name stands for one.
 */
const FOREIGN_NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'train.dimensions': 'size dim dims vectorsize embeddingsize veclen layer1size',
    'train.epochs': 'iter iters iterations epoch maxiter niter',
    'train.learningRate': 'alpha lr eta rate learnrate',
    'train.negative': 'neg ns negatives',
    'train.noisePower': 'nsexponent',
    'train.initialVectors': 'pretrainedvectors pretrained initvectors startvectors initparamfile',
    'train.freeze': 'lockf vectorslockf lockfactor',
    'train.threads': 'thread workers numthreads cores jobs',
    'train.model': 'arch architecture modeltype',
    'train.seed': 'randomseed randomstate',
    'train.model: skipgram': 'sg skipgram',
    'train.model: cbow': 'cbow',
    'train.minn': 'minngram minngramlength',
    'train.maxn': 'maxngram maxngramlength',
    'train.buckets': 'bucket',
    'train.loss: hierarchical': 'hs hierarchicalsoftmax',
    'sampling.window': 'ws windowsize contextsize',
    'sampling.memory': 'memory',
    'sampling.subsample': 'sample t samplingthreshold',
    'sampling.windowMode: fixed': 'shrinkwindows',
    'vocabulary.minCount': 'mincount mincnt minimumcount',
    'vocabulary.maxSize': 'maxvocab maxfinalvocab vocabsize maxsize maxvocabulary',
    'vocabulary.pruneAt': 'maxvocabsize minreduce',
    'vocabulary.read': 'readvocab vocabfile vocabinput',
    'sinks.vocabulary': 'savevocab',
    'sinks.outputWeights': 'saveoutput',
    name: 'comment',
    'sinks.word2vec': 'binary',
    sinks: 'output savefile vectors vectorsfile out',
    'source.files': 'input train corpus corpusfile inputfile file path data dataset',
  }).flatMap(([key, names]) => names.split(' ').map((name) => [name, key])),
);

/** Options of other tools that have no counterpart here, with the reason. */
const WITHOUT_COUNTERPART: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'co-occurrences are always weighed by 1/distance': 'distanceweighting',
    'it follows from the memory': 'maxproduct overflowlength arraysize',
    'temporary files go to a folder of the run': 'overflowfile tempfile',
    'a function that is called after each epoch can keep what it likes (onEpoch, in code)': 'checkpointevery',
    'the sums of squared gradients are not kept': 'savegradsq',
    'gradients of GloVe are always cut to 100': 'gradclip',
    'word2vec text has a header, GloVe text has none': 'writeheader',
    'n-grams of words are for classifying text, which is not done here': 'wordngrams',
    'classes of words are not made here': 'classes',
    'progress goes to stderr; --quiet leaves it out': 'debug verbose',
    'every sentence takes the rate for the words done before it': 'lrupdaterate batchwords',
    'the learning rate falls to 0.0001 of where it starts': 'minalpha',
    'it is for classifying text, which is not done here': 'label mincountlabel',
    'CBOW takes the mean of its contexts': 'cbowmean',
    'a vocabulary is in order of count': 'sortedvocab',
    '--min-count, --max-vocabulary and --read-vocabulary say which words are kept': 'trimrule',
    'ids do not depend on a hash': 'hashfxn',
    'no word stands for padding': 'nullword',
    'the loss is always computed': 'computeloss',
  }).flatMap(([reason, names]) => names.split(' ').map((name) => [name, reason])),
);

/** Why what another tool calls `name` has no counterpart here; undefined where it has one or is not known. */
export function withoutCounterpart(name: string): string | undefined {
  return WITHOUT_COUNTERPART.get(plainName(name));
}

/** The key here for what another tool calls `name`, such as `train.dimensions` for `-size`; undefined if none. */
export function foreignKey(name: string): string | undefined {
  return FOREIGN_NAMES.get(plainName(name));
}

/** Whether two spellings are one name but for case, dashes and underscores. */
export function sameName(a: string, b: string): boolean {
  return plainName(a) === plainName(b);
}

function plainName(name: string): string {
  return name.replaceAll(/[-_]/g, '').toLowerCase();
}

/**
 * What to say of an unknown key in a section (`''` is the top) that stands elsewhere in a definition, or that another
 * tool calls so; undefined where a near name in the section itself is the best answer.
 */
export function hintForKey(section: string, name: string): string | undefined {
  const prefix = section ? `${section}.` : '';
  const paths = knownKeys().map(({ path }) => path);
  const isHere = (path: string) => path.startsWith(prefix) && !path.slice(prefix.length).includes('.');
  const sameHere = paths.find((path) => isHere(path) && sameName(lastPart(path), name));
  if (sameHere) return undefined;
  const foreign = foreignKey(name);
  // What another tool calls so here is meant rather than what another section happens to call so.
  if (foreign && isHere(foreign)) return `Here it is called ${foreign.slice(prefix.length)}`;
  const sameElsewhere = paths.find((path) => path.includes('.') && sameName(lastPart(path), name));
  if (sameElsewhere) return `It belongs to another section: ${sameElsewhere}`;
  if (foreign) return `Here it is called ${foreign}`;
  const reason = withoutCounterpart(name);
  if (reason) return `There is no such key: ${reason}.`;
  const here = paths.filter(isHere).map(lastPart);
  if (nearestName(name, here)) return undefined;
  const near = nearestName(name, paths.map(lastPart));
  return near && `Did you mean ${paths.find((path) => lastPart(path) === near)}?`;
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}
