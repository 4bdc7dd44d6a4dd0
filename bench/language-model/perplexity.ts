import type { Events, EventText } from './events.js';
import type { KneserNey } from './kneser-ney-model.js';

/** Events of one kind that a model predicted, and the sum of the natural logarithms of their probabilities. */
export interface Scored {
  readonly events: number;
  readonly logProbability: number;
}

/** The score of a text by kind of event. */
export interface TextScore {
  /** Words of the vocabulary. */
  readonly known: Scored;
  readonly unknown: Scored;
  readonly sentenceEnds: Scored;
}

/** Predicts every event of a text; each sentence starts from `<s>`. */
export function scoreText(model: KneserNey, { ids }: EventText, events: Events): TextScore {
  const known = { events: 0, logProbability: 0 };
  const unknown = { events: 0, logProbability: 0 };
  const sentenceEnds = { events: 0, logProbability: 0 };
  let context = model.start();
  for (const id of ids) {
    const score = id === events.sentenceEnd ? sentenceEnds : id === events.unknown ? unknown : known;
    score.events++;
    score.logProbability += Math.log(model.probability(context, id));
    if (id === events.sentenceEnd) context = model.start();
    else model.advance(context, id);
  }
  return { known, unknown, sentenceEnds };
}

/** exp of the mean of -ln p over all events of these kinds. */
export function perplexity(...scores: readonly Scored[]): number {
  const events = scores.reduce((sum, score) => sum + score.events, 0);
  const logProbability = scores.reduce((sum, score) => sum + score.logProbability, 0);
  return Math.exp(-logProbability / events);
}
