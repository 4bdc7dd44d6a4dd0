/** A stretch of training, between two moments at which progress was reported. */
export interface Stretch {
  /** Words (or pairs, or cells) done at its end, over all epochs. */
  readonly done: number;
  /** The mean loss in it, in nats, each report weighed by its words; undefined where none was reported. */
  readonly loss: number | undefined;
  /** At its end. */
  readonly learningRate: number | undefined;
  /** Words a second in it; undefined where it took no time that could be measured. */
  readonly perSecond: number | undefined;
}

/** What is reported at one moment of training. */
export interface Moment {
  readonly done: number;
  /** Since any fixed moment before. */
  readonly seconds: number;
  readonly loss?: number;
  readonly learningRate?: number;
}

/** A stretch while it grows. */
interface Sum {
  words: number;
  seconds: number;
  done: number;
  lossSum: number;
  lossWords: number;
  learningRate: number | undefined;
}

/**
 * A training's course in a bounded number of stretches, however long it takes: when they are too many, each two
 * neighbours become one, and from then on a stretch takes twice as many reports.
 */
export class TrainingSeries {
  readonly #most: number;
  readonly #sums: Sum[] = [];
  #reportsEach = 1;
  #reportsInLast = 0;
  #last: Moment;

  /**
   * @param start where training began
   * @param most stretches at most; even
   */
  constructor(start: Moment, most = 200) {
    this.#last = start;
    this.#most = most;
  }

  add(moment: Moment): void {
    const { done, seconds, loss, learningRate } = moment;
    const words = done - this.#last.done;
    // What is reported twice, at the end of an epoch and of the run, says nothing new.
    if (words <= 0) return;
    const sum: Sum = {
      ...{ words, done, seconds: Math.max(0, seconds - this.#last.seconds), learningRate },
      ...{ lossSum: loss === undefined ? 0 : loss * words, lossWords: loss === undefined ? 0 : words },
    };
    this.#last = moment;
    if (this.#reportsInLast < this.#reportsEach && this.#sums.length > 0) {
      this.#sums.push(joined(this.#sums.pop()!, sum));
      this.#reportsInLast++;
      return;
    }
    if (this.#sums.length === this.#most) this.#halve();
    this.#sums.push(sum);
    this.#reportsInLast = 1;
  }

  /** The stretches so far, in order. */
  stretches(): Stretch[] {
    return this.#sums.map(({ words, seconds, done, lossSum, lossWords, learningRate }) => ({
      ...{ done, learningRate },
      loss: lossWords > 0 ? lossSum / lossWords : undefined,
      perSecond: seconds > 0 ? words / seconds : undefined,
    }));
  }

  #halve(): void {
    const pairs = this.#sums.splice(0);
    for (let i = 0; i < pairs.length; i += 2) this.#sums.push(joined(pairs[i]!, pairs[i + 1]!));
    this.#reportsEach *= 2;
  }
}

function joined(first: Sum, second: Sum): Sum {
  return {
    words: first.words + second.words,
    seconds: first.seconds + second.seconds,
    done: second.done,
    lossSum: first.lossSum + second.lossSum,
    lossWords: first.lossWords + second.lossWords,
    learningRate: second.learningRate ?? first.learningRate,
  };
}
