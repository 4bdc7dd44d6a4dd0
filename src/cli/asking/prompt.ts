import { createInterface } from 'node:readline';

/** Lines that a person types behind a prompt, with a history to go back in; the prompt is no data and goes to stderr. */
export async function* typedLines(signal: AbortSignal): AsyncGenerator<string> {
  const { stdin, stderr, pid } = process;
  const lines = createInterface({ input: stdin, output: stderr, prompt: '> ', signal });
  // While it edits lines, Ctrl-C is a key like others: nobody else hears of it.
  lines.on('SIGINT', () => process.kill(pid, 'SIGINT'));
  try {
    lines.prompt();
    for await (const line of lines) {
      yield line;
      lines.prompt();
    }
    // Ctrl-D leaves the cursor behind the prompt.
    stderr.write('\n');
  } finally {
    lines.close();
  }
}
