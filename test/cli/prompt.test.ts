import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { COURSE_TEXT } from '../vectors/course-table.js';
import { BINARY, notBuilt, temporaryFolder } from './helpers.js';

/** util-linux's `script` gives a command a terminal. */
const noTerminal = /util-linux/.test(spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout ?? '')
  ? false
  : "no util-linux's script here";

describe('questions typed at a terminal', { skip: notBuilt || noTerminal }, () => {
  let folder: string;
  let remove: () => Promise<void>;

  before(async () => {
    ({ folder, remove } = await temporaryFolder());
    await writeFile(join(folder, 'table.txt'), COURSE_TEXT);
  });
  after(() => remove());

  /** What is on the screen in the end, and the exit code; each line is typed when the prompt has come. */
  function typed(...keys: string[]): Promise<{ screen: string; code: number | null }> {
    const line = `'${process.execPath}' '${BINARY}' nearest table.txt -n 1`;
    const child = spawn('script', ['-qec', line, '/dev/null'], { cwd: folder });
    let screen = '';
    let prompts = 0;
    child.stdout.on('data', (chunk) => {
      screen += stripVTControlCharacters(String(chunk));
      const seen = screen.split('> ').length - 1;
      while (prompts < seen) child.stdin.write(keys[prompts++] ?? '\x04');
    });
    return new Promise((resolve) => {
      child.on('close', (code) => resolve({ screen: screen.replaceAll('\r', ''), code }));
    });
  }

  test('are answered one after the other, until Ctrl-D', async () => {
    const { screen, code } = await typed('apple\r', 'aple\r');
    assert.equal(code, 0);
    assert.match(screen, /Type a word or a sum .* on each line; end with Ctrl-D\.\n> apple\n/);
    assert.match(screen, /\n {3}0\.9985 {2}orange\n> aple\n/);
    assert.match(
      screen,
      /warning: the word "aple" is not among these vectors\n {2}Did you mean "apple"\?\n> \n$/,
    );
  });

  test('end by Ctrl-C as everywhere', async () => {
    assert.equal((await typed('apple\r', '\x03')).code, 130);
  });
});
