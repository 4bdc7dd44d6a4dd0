import { createInterface } from 'node:readline';
import { throwIfAborted, WordmillError } from '../../core/errors.js';
import type { CommandCall } from '../command.js';
import { writeToStdout } from '../stdout.js';
import { typedLines } from './prompt.js';

/** What a command is asked, and how it answers. */
export interface Asking<Question> {
  /** The questions among the operands; where there are none, each line of standard input is one. */
  readonly given: readonly Question[];
  /** A line as a question; undefined for a line that asks nothing. */
  read(line: string): Question | undefined;
  /** What to type, for a person at a terminal. */
  readonly hint: string;
  /** @throws WordmillError `data` for what cannot be answered, such as a word without a vector. */
  answer(question: Question): string;
}

/**
 * Answers questions on standard output, in their order, each as soon as it is asked. One that cannot be answered is
 * warned of and no reason to leave the others unanswered.
 *
 * @throws WordmillError `data` where operands ask and none of them can be answered; `aborted` when the signal fires.
 */
export async function answerQuestions<Question>(call: CommandCall, asking: Asking<Question>): Promise<void> {
  const { given } = asking;
  const { signal, log } = call;
  let answered = 0;
  async function* answers(): AsyncGenerator<string> {
    for await (const question of given.length > 0 ? given : questionsOf(asking, call)) {
      const answer = answerOrError(asking, question);
      if (typeof answer === 'string') {
        // Counted before: a reader that has enough (`head`) never comes back for more.
        answered++;
        yield answer;
      } else if (given.length === 1) throw answer;
      else log.warning(answer.message);
    }
  }
  await writeToStdout(answers(), signal);
  throwIfAborted(signal);
  if (given.length > 0 && answered === 0)
    throw new WordmillError('data', 'nothing of this could be answered');
}

function answerOrError<Question>(asking: Asking<Question>, question: Question): string | WordmillError {
  try {
    return asking.answer(question);
  } catch (error) {
    if (error instanceof WordmillError && error.kind === 'data') return error;
    throw error;
  }
}

async function* questionsOf<Question>(
  { read, hint }: Asking<Question>,
  { signal, log }: CommandCall,
): AsyncGenerator<Question> {
  const { stdin } = process;
  if (stdin.isTTY) log.note(`${hint}; end with Ctrl-D.`);
  const lines = stdin.isTTY
    ? typedLines(signal)
    : createInterface({ input: stdin, signal, crlfDelay: Number.POSITIVE_INFINITY });
  for await (const line of lines) {
    const question = read(line);
    if (question !== undefined) yield question;
  }
}
