import { WordmillError } from '../../core/errors.js';
import { type Entity, entitiesOf } from './entities.js';

/** Counts of entities, and what follows from them: precision, recall and F1 in [0, 1]. */
export interface EntityScore {
  /** Entities in the gold tags. */
  readonly gold: number;
  /** Entities in the predicted tags. */
  readonly predicted: number;
  /** Predicted entities whose type and tokens are exactly those of a gold entity. */
  readonly correct: number;
  /** correct / predicted; 0 where nothing was predicted. */
  readonly precision: number;
  /** correct / gold; 0 where there is no gold entity. */
  readonly recall: number;
  /** 2 · precision · recall / (precision + recall); 0 where both are. */
  readonly f1: number;
}

/** What conlleval tells of a tagged corpus. */
export interface EntityScores extends EntityScore {
  /** In the order of their names. */
  readonly byType: ReadonlyMap<string, EntityScore>;
  readonly tokens: number;
  /** The part of tokens whose predicted tag is the gold tag, prefix and type. */
  readonly accuracy: number;
}

interface Counts {
  gold: number;
  predicted: number;
  correct: number;
}

/**
 * Scores tagged sentences one after the other, as conlleval counts (the script of the CoNLL-2000 shared task; Tjong Kim
 * Sang & Buchholz 2000): entities are read as `entitiesOf` reads them, and one is correct where start, end and type are.
 * Gold and predicted tags may be of different schemes; then only the accuracy means nothing.
 */
export class EntityScorer {
  readonly #byType = new Map<string, Counts>();
  #tokens = 0;
  #correctTokens = 0;

  /**
   * Adds a sentence.
   *
   * @throws WordmillError `internal` where there are not as many tags on both sides; `data` for a tag of no scheme.
   */
  add(gold: readonly string[], predicted: readonly string[]): void {
    if (gold.length !== predicted.length) {
      throw new WordmillError('internal', `${gold.length} gold tags but ${predicted.length} predicted ones`);
    }
    this.#tokens += gold.length;
    for (const [index, tag] of gold.entries()) if (tag === predicted[index]) this.#correctTokens++;
    const goldEntities = entitiesOf(gold);
    const starts = new Map<number, Entity>(goldEntities.map((entity) => [entity.start, entity]));
    for (const { type } of goldEntities) this.#of(type).gold++;
    for (const { type, start, end } of entitiesOf(predicted)) {
      const counts = this.#of(type);
      counts.predicted++;
      const there = starts.get(start);
      if (there?.end === end && there.type === type) counts.correct++;
    }
  }

  /** The scores of all sentences so far. */
  scores(): EntityScores {
    const types = [...this.#byType].sort(([a], [b]) => (a < b ? -1 : 1));
    const all: Counts = { gold: 0, predicted: 0, correct: 0 };
    for (const [, { gold, predicted, correct }] of types) {
      all.gold += gold;
      all.predicted += predicted;
      all.correct += correct;
    }
    return {
      ...scoreOf(all),
      byType: new Map(types.map(([type, counts]) => [type, scoreOf(counts)])),
      tokens: this.#tokens,
      accuracy: ratio(this.#correctTokens, this.#tokens),
    };
  }

  #of(type: string): Counts {
    let counts = this.#byType.get(type);
    if (!counts) {
      counts = { gold: 0, predicted: 0, correct: 0 };
      this.#byType.set(type, counts);
    }
    return counts;
  }
}

/** The scores of sentences, gold and predicted tags side by side. @throws WordmillError as `EntityScorer.add` does. */
export function entityScores(
  sentences: Iterable<{ readonly gold: readonly string[]; readonly predicted: readonly string[] }>,
): EntityScores {
  const scorer = new EntityScorer();
  for (const { gold, predicted } of sentences) scorer.add(gold, predicted);
  return scorer.scores();
}

/** Scores in the layout of conlleval's own output: percentages, and last in each type's line how many were predicted. */
export function entityScoresText(scores: EntityScores): string {
  const { tokens, gold, predicted, correct, accuracy, byType } = scores;
  const lines = [
    `processed ${tokens} tokens with ${gold} phrases; found: ${predicted} phrases; correct: ${correct}.`,
    `accuracy: ${percent(accuracy)}; ${measures(scores)}`,
  ];
  for (const [type, score] of byType) {
    lines.push(`${type.padStart(17)}: ${measures(score)}  ${score.predicted}`);
  }
  return `${lines.join('\n')}\n`;
}

function measures({ precision, recall, f1 }: EntityScore): string {
  return `precision: ${percent(precision)}; recall: ${percent(recall)}; FB1: ${(100 * f1).toFixed(2).padStart(6)}`;
}

function percent(part: number): string {
  return `${(100 * part).toFixed(2).padStart(6)}%`;
}

function scoreOf({ gold, predicted, correct }: Counts): EntityScore {
  const precision = ratio(correct, predicted);
  const recall = ratio(correct, gold);
  const f1 = ratio(2 * precision * recall, precision + recall);
  return { gold, predicted, correct, precision, recall, f1 };
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
