import { WordmillError } from '../../core/errors.js';
import type { Weights } from '../weights.js';
import type { CheckpointFile } from './checkpoint-file.js';
import { type Course, type Position, parseCourse } from './course.js';
import { type Identity, refuseOther } from './identity.js';

/** A training that goes on from a checkpoint. */
export class ResumedTraining {
  readonly course: Course;
  /** What it took so far. */
  readonly seconds: number;
  /** Where it was, in words. */
  readonly description: string;
  readonly #file: CheckpointFile;

  private constructor(file: CheckpointFile, course: Course, seconds: number) {
    this.#file = file;
    this.course = course;
    this.seconds = seconds;
    this.description = file.texts.description ?? 'a checkpoint';
  }

  /**
   * Reads where a training was.
   *
   * @param wanted what the checkpoint must be of.
   * @throws WordmillError `usage` where it is of another training, with what differs; `data` for what no checkpoint says.
   */
  static async read(file: CheckpointFile, wanted: Identity): Promise<ResumedTraining> {
    refuseOther(identityIn(file), JSON.parse(JSON.stringify(wanted)) as Identity);
    const { seconds, threads: _, position: numbers, ...course } = parseCourse(file.texts.training, file.path);
    if (!numbers) return new ResumedTraining(file, course, seconds);
    const position: Record<string, Position[string]> = { ...numbers };
    for (const name of file.names.filter((tensor) => tensor.startsWith('position.'))) {
      const array = new Float64Array(file.lengthOf(name)!);
      await file.load(name, array);
      position[name.slice('position.'.length)] = array;
    }
    return new ResumedTraining(file, { ...course, position }, seconds);
  }

  /** Whether it has the weights of an earlier epoch that was the best. */
  get hasBest(): boolean {
    return this.#file.names.some((name) => name.startsWith('best.'));
  }

  /** Puts weights in the place of those that training starts with. @throws WordmillError `data` where they do not fit. */
  async load(part: 'weights' | 'optimizer' | 'best', into: Weights): Promise<void> {
    await into.load((name, array) => this.#file.load(`${part}.${name}`, array));
  }
}

function identityIn({ path, texts }: CheckpointFile): Identity {
  try {
    return JSON.parse(texts.identity ?? '') as Identity;
  } catch (cause) {
    throw new WordmillError('data', 'this checkpoint does not say of what it is', {
      place: { file: path },
      cause,
    });
  }
}
