import { parseOptions } from '../../core/options.js';
import type { WordVectors } from '../../formats/word-vectors.js';
import type { AnalogySet } from './analogies.js';
import { type AnswerMeans, answerAnalogies } from './answer-analogies.js';
import { type KnownWords, knownWords } from './known-words.js';
import { type ScoringOptions, scoringOptions } from './options.js';

/** How many questions were answered, and rightly. */
export interface Accuracy {
  readonly correct: number;
  readonly answered: number;
  /** correct / answered, from 0 to 1; 0 where no question could be answered. */
  readonly accuracy: number;
}

/** The accuracy on one section of a set. */
export interface SectionAccuracy extends Accuracy {
  readonly name: string;
}

/** How well analogies were answered, by section and in all. */
export interface AnalogyScores extends Accuracy {
  readonly kind: 'analogies';
  readonly name: string;
  readonly sections: readonly SectionAccuracy[];
  /** Where a set has both: sections whose names begin with `gram`, as in word2vec's set, and all others. */
  readonly groups?: { readonly semantic: Accuracy; readonly syntactic: Accuracy };
  /** Questions of the set, and how many of them have a word that is not known. */
  readonly questions: number;
  readonly unknown: number;
  /** The share of questions whose four words are all known, from 0 to 1. */
  readonly covered: number;
  /** Lines of the file that are no questions. */
  readonly otherLines: number;
}

/**
 * Answers analogies (a is to b as c is to which word?) and counts right answers; the numbers are those of gensim's
 * `evaluate_word_analogies`. The answer is the candidate with the largest cos(b) - cos(a) + cos(c) (3CosAdd), or
 * largest cos(b) cos(c) / cos(a) of cosines shifted to [0, 1] (3CosMul: Levy and Goldberg 2014, equation 4, with 1e-6 in
 * the divisor as gensim has it), none of a, b, c in any case variant. Questions with an unknown word are left out.
 *
 * @param vectors words and a row for each
 * @throws WordmillError `usage` for options that do not exist; `aborted`.
 */
export async function evaluateAnalogies(
  vectors: Pick<WordVectors, 'words' | 'matrix'>,
  { name, sections, otherLines }: AnalogySet,
  options: ScoringOptions = {},
  means: AnswerMeans = {},
): Promise<AnalogyScores> {
  const { unknownAsZero, method, ...rest } = parseOptions(scoringOptions, options, 'evaluate');
  const all = sections.flatMap(({ questions }) => questions);
  const known = knownWords(vectors, {
    ...rest,
    wanted: (fold) => new Set(all.flatMap((each) => Object.values(each).map((word) => fold(word)))),
  });
  const { words, asked, expected } = answerable(all, known);
  const answers = await answerAnalogies(
    { matrix: vectors.matrix, candidates: known.candidates, words, questions: asked, method },
    means,
  );
  let next = 0;
  let at = 0;
  const scored = sections.map((section) => {
    let [correct, answered] = [0, 0];
    for (const _ of section.questions) {
      const right = expected[at++];
      if (right) {
        answered++;
        if (right.includes(answers[next++]!)) correct++;
      } else if (unknownAsZero) {
        answered++;
      }
    }
    return { name: section.name, ...accuracy(correct, answered) };
  });
  const unknown = all.length - next;
  return {
    ...{ kind: 'analogies', name, ...total(scored), sections: scored, ...groupsOf(scored) },
    ...{ questions: all.length, unknown, covered: next / all.length, otherLines },
  };
}

/** The questions whose words are known, in numbers; and for every question the rows that are a right answer, if it is one. */
function answerable(
  all: readonly { a: string; b: string; c: string; expected: string }[],
  known: KnownWords,
) {
  const places = new Map<string, number>();
  const words: { row: number; leftOut: readonly number[] }[] = [];
  const placeOf = (word: string) => {
    const place = places.get(word) ?? words.length;
    if (place === words.length) {
      places.set(word, place);
      words.push({ row: known.rowOf(word)!, leftOut: known.rowsOf(word) });
    }
    return place;
  };
  const asked: number[] = [];
  const expected = all.map((question) => {
    const [a, b, c, right] = [question.a, question.b, question.c, question.expected].map(known.fold);
    if ([a, b, c, right].some((word) => known.rowOf(word!) === undefined)) return undefined;
    asked.push(placeOf(a!), placeOf(b!), placeOf(c!));
    return known.rowsOf(right!);
  });
  return { words, asked: Uint32Array.from(asked), expected };
}

function accuracy(correct: number, answered: number): Accuracy {
  return { correct, answered, accuracy: answered === 0 ? 0 : correct / answered };
}

function total(sections: readonly Accuracy[]): Accuracy {
  return accuracy(
    sections.reduce((sum, { correct }) => sum + correct, 0),
    sections.reduce((sum, { answered }) => sum + answered, 0),
  );
}

function groupsOf(sections: readonly SectionAccuracy[]): Pick<AnalogyScores, 'groups'> {
  const syntactic = sections.filter(({ name }) => name.startsWith('gram'));
  const semantic = sections.filter(({ name }) => !name.startsWith('gram'));
  if (syntactic.length === 0 || semantic.length === 0) return {};
  return { groups: { semantic: total(semantic), syntactic: total(syntactic) } };
}
