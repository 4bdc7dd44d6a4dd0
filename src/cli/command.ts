import type { Options } from 'yargs';
import type { Flag, FlagValues } from './flags.js';
import type { Log } from './log.js';

/** What a command is run with. */
export interface CommandCall {
  /** The whole command line, after `wordmill`. */
  readonly argv: readonly string[];
  /** Flags by name; one that was not given is absent. */
  readonly values: FlagValues;
  /** What was given without a flag: files, words. `-` means standard input. */
  readonly operands: readonly string[];
  /** Fires on SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
  /** Everything for people goes here (stderr); data goes to stdout. */
  readonly log: Log;
}

/** A file in `commands/`: what it takes, and what it does. */
export interface CommandModule {
  /** Flags made from the schemas. */
  readonly flags: readonly Flag[];
  /** Flags of the command's own, by name. */
  readonly options?: Readonly<Record<string, Options>>;
  /** Those of them that may stand without a value; one stands behind `=`, so that no operand is taken for it. */
  readonly bare?: readonly string[];
  /** Shown below the help: command lines and what they do. */
  readonly examples?: readonly (readonly [string, string])[];
  /** What to do where an operand was meant and looks like a flag of one dash. */
  readonly dashHint?: string;
  run(call: CommandCall): Promise<void>;
}

/** A command as `wordmill --help` lists it; the rest is loaded when it is called. */
export interface CommandEntry {
  /** What follows the flags, as help shows it, and how many of them there may be. */
  readonly operands: string;
  readonly least: number;
  readonly most: number;
  readonly summary: string;
  load(): Promise<CommandModule>;
}

/** Commands that are called by two words, such as `wordmill lm train`. */
export interface CommandGroup {
  readonly summary: string;
  readonly commands: Readonly<Record<string, CommandEntry>>;
}

/** The commands, in the order of `--help`. */
export const COMMANDS: Readonly<Record<string, CommandEntry | CommandGroup>> = {
  run: {
    operands: 'PIPELINE [-]',
    least: 1,
    most: 2,
    summary: 'Run a pipeline definition (YAML or JSON); - takes the corpus from standard input',
    load: () => import('./commands/run.js'),
  },
  check: {
    operands: 'PIPELINE',
    least: 1,
    most: 1,
    summary: 'Check a definition and print what would run, with all defaults; run nothing',
    load: () => import('./commands/check.js'),
  },
  train: {
    operands: '[FILES… | -]',
    least: 0,
    most: Infinity,
    summary: 'Learn vectors from text: files, folders, globs, or - for standard input',
    load: () => import('./commands/train.js'),
  },
  tokenize: {
    operands: '[FILES… | -]',
    least: 0,
    most: Infinity,
    summary: 'Text to words: a sentence on each line, a space between words',
    load: () => import('./commands/tokenize.js'),
  },
  phrases: {
    operands: '[FILES… | -]',
    least: 0,
    most: Infinity,
    summary: 'Text to words, those that often stand together joined: new_york',
    load: () => import('./commands/phrases.js'),
  },
  vocab: {
    operands: '[FILES… | -]',
    least: 0,
    most: Infinity,
    summary: 'Text to a vocabulary: a word and its count on each line',
    load: () => import('./commands/vocab.js'),
  },
  pairs: {
    operands: '[FILES… | -]',
    least: 0,
    most: Infinity,
    summary: 'Text to skip-gram pairs: context, target, offset',
    load: () => import('./commands/pairs.js'),
  },
  windows: {
    operands: '[FILES… | -]',
    least: 0,
    most: Infinity,
    summary: 'Text to windows: a word, and the words around it or before it',
    load: () => import('./commands/windows.js'),
  },
  cooccur: {
    operands: '[FILES… | -]',
    least: 0,
    most: Infinity,
    summary: 'Text to co-occurrences: how often words meet, as GloVe is trained on',
    load: () => import('./commands/cooccur.js'),
  },
  nearest: {
    operands: 'VECTORS [WORDS…]',
    least: 1,
    most: Infinity,
    summary: 'The nearest neighbours of words, or of sums such as "king -man +woman", in a file of vectors',
    load: () => import('./commands/nearest.js'),
  },
  similarity: {
    operands: 'VECTORS [A B]',
    least: 1,
    most: 3,
    summary: 'How near two words are',
    load: () => import('./commands/similarity.js'),
  },
  analogy: {
    operands: 'VECTORS [MAN WOMAN KING]',
    least: 1,
    most: 4,
    summary: 'What completes an analogy: man is to woman as king is to …',
    load: () => import('./commands/analogy.js'),
  },
  'odd-one-out': {
    operands: 'VECTORS [WORDS…]',
    least: 1,
    most: Infinity,
    summary: 'Which of some words is farthest from the others',
    load: () => import('./commands/odd-one-out.js'),
  },
  vector: {
    operands: 'VECTORS [WORDS…]',
    least: 1,
    most: Infinity,
    summary: 'The vectors of words; of a line of words, their mean',
    load: () => import('./commands/vector.js'),
  },
  direction: {
    operands: 'VECTORS PAIRS… [WORDS… | -]',
    least: 2,
    most: Infinity,
    summary: 'Where words lie on an axis that pairs give, such as man:woman king:queen',
    load: () => import('./commands/direction.js'),
  },
  convert: {
    operands: 'IN OUT',
    least: 2,
    most: 2,
    summary: 'A file of vectors in another format; the end of its name or --to says which',
    load: () => import('./commands/convert.js'),
  },
  evaluate: {
    operands: 'VECTORS…',
    least: 1,
    most: Infinity,
    summary: 'Scores of vectors on word pairs and analogies; several files side by side',
    load: () => import('./commands/evaluate.js'),
  },
  visualize: {
    operands: 'VECTORS',
    least: 1,
    most: 1,
    summary: 'A map of the words of a file of vectors: a page to look around in, SVG or PNG',
    load: () => import('./commands/visualize.js'),
  },
  lm: {
    summary: 'Language models of recurrent networks: train, evaluate, sample',
    commands: {
      train: {
        operands: 'PIPELINE [-]',
        least: 1,
        most: 2,
        summary:
          'Train a language model by a definition (YAML or JSON); - takes the corpus from standard input',
        load: () => import('./commands/lm-train.js'),
      },
      eval: {
        operands: 'MODEL FILES… | -',
        least: 2,
        most: Infinity,
        summary: 'The perplexity of texts under a saved model',
        load: () => import('./commands/lm-eval.js'),
      },
      sample: {
        operands: 'MODEL',
        least: 1,
        most: 1,
        summary: 'Text drawn from a saved model',
        load: () => import('./commands/lm-sample.js'),
      },
    },
  },
  tag: {
    summary: 'Sequence tagging, such as named entities: train, evaluate, tag text',
    commands: {
      train: {
        operands: 'PIPELINE',
        least: 1,
        most: 1,
        summary: 'Train a tagger by a definition (YAML or JSON) on CoNLL columns',
        load: () => import('./commands/tag-train.js'),
      },
      eval: {
        operands: 'MODEL FILES… | -',
        least: 2,
        most: Infinity,
        summary: 'Precision, recall and F1 of a saved tagger on CoNLL columns, as conlleval counts them',
        load: () => import('./commands/tag-eval.js'),
      },
      run: {
        operands: 'MODEL [FILES… | -]',
        least: 1,
        most: Infinity,
        summary: 'Tag text with a saved tagger',
        load: () => import('./commands/tag-run.js'),
      },
    },
  },
  shard: {
    summary: 'One step of a run on several machines, by hand or by another scheduler: plan, ingest, merge …',
    commands: {
      plan: {
        operands: 'PIPELINE',
        least: 1,
        most: 1,
        summary: 'Cut the corpus of a definition into shards: a new run in storage',
        load: () => import('./commands/shard-plan.js'),
      },
      ingest: {
        operands: '[FILES… | -]',
        least: 0,
        most: Infinity,
        summary: 'Read a shard: count its words and keep its tokens',
        load: () => import('./commands/shard-ingest.js'),
      },
      merge: {
        operands: '[FILES… | -]',
        least: 0,
        most: Infinity,
        summary: 'Merge the counts of all shards to one vocabulary, exactly',
        load: () => import('./commands/shard-merge.js'),
      },
      encode: {
        operands: '',
        least: 0,
        most: 0,
        summary: "Write a shard's tokens as ids of the vocabulary, to train on",
        load: () => import('./commands/shard-encode.js'),
      },
      cooccur: {
        operands: '',
        least: 0,
        most: 0,
        summary: 'GloVe: count the co-occurrences of a shard; without --shard, sum those of all shards',
        load: () => import('./commands/shard-cooccur.js'),
      },
      train: {
        operands: '',
        least: 0,
        most: 0,
        summary: 'Train an encoded shard for a round: what it changes of the model',
        load: () => import('./commands/shard-train.js'),
      },
      average: {
        operands: '[CHANGES…]',
        least: 0,
        most: Infinity,
        summary: 'Average what all shards changed in a round: the model of the next',
        load: () => import('./commands/shard-average.js'),
      },
      finish: {
        operands: '',
        least: 0,
        most: 0,
        summary: 'Write the vectors of a run in storage whose last round is averaged',
        load: () => import('./commands/shard-finish.js'),
      },
      remove: {
        operands: 'RUN…',
        least: 1,
        most: Infinity,
        summary: 'Remove runs from storage, and the files there that no other run uses',
        load: () => import('./commands/shard-remove.js'),
      },
    },
  },
  worker: {
    operands: '',
    least: 0,
    most: 0,
    summary: 'Work for the distributed runs of a Redis server, until it is stopped',
    load: () => import('./commands/worker.js'),
  },
  status: {
    operands: '[RUN]',
    least: 0,
    most: 1,
    summary: 'How distributed runs stand: stage, shards, rate, retries, time left; --cancel cancels one',
    load: () => import('./commands/status.js'),
  },
  runs: {
    operands: '[DIR]',
    least: 0,
    most: 1,
    summary: 'What has run: the runs that are kept, the newest first; --clean removes what nobody needs',
    load: () => import('./commands/runs.js'),
  },
  show: {
    operands: 'RUN',
    least: 1,
    most: 1,
    summary: 'All about one run: an ID, a part of it, latest, or a path',
    load: () => import('./commands/show.js'),
  },
  diff: {
    operands: 'RUN RUN',
    least: 2,
    most: 2,
    summary: 'In what two runs differ; exits with 1 where they do',
    load: () => import('./commands/diff.js'),
  },
  doctor: {
    operands: '',
    least: 0,
    most: 0,
    summary: 'What is installed, which engines run, what to do about the rest',
    load: () => import('./commands/doctor.js'),
  },
};
