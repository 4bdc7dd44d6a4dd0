import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { describe, test } from 'node:test';
import { BarLog } from '../../src/cli/log-bar.js';
import { LineLog } from '../../src/cli/log-lines.js';
import { duration, quantity } from '../../src/core/quantity.js';
import type { Progress } from '../../src/core/report.js';
import { JsonLog } from '../../src/pipeline/log/json-log.js';
import { describeProgress, Pace } from '../../src/pipeline/log/progress-text.js';

const READ: Progress = { phase: 'read', done: 0, total: 4_000_000, unit: 'bytes' };

function screen(isTTY = false, columns = 120): { stream: NodeJS.WriteStream; written(): string } {
  const stream = new PassThrough();
  const chunks: Buffer[] = [];
  stream.on('data', (chunk) => chunks.push(chunk));
  const asTerminal = Object.assign(stream, {
    isTTY,
    columns,
    rows: 30,
    cursorTo() {},
    clearLine() {},
    moveCursor() {},
  });
  return {
    stream: asTerminal as unknown as NodeJS.WriteStream,
    written: () => Buffer.concat(chunks).toString(),
  };
}

describe('a line of progress', () => {
  test('gives how much of how much, the rate and the time left', () => {
    const pace = new Pace(READ, 1_000);
    assert.equal(
      describeProgress({ ...READ, done: 1_000_000 }, pace, 3_000),
      'reading 1.0 of 4.0 MB, 500.0 kB/s, 0:06 left',
    );
    assert.equal(describeProgress({ phase: 'read', done: 999, unit: 'bytes' }, pace, 1_000), 'reading 999 B');
  });

  test('for training adds epoch, loss and learning rate, and takes the rate of the trainer', () => {
    const progress: Progress = {
      phase: 'train',
      done: 1_500_000,
      total: 3_000_000,
      unit: 'words',
      epoch: 2,
      epochs: 3,
      loss: 2.34567,
      learningRate: 0.0125,
      wordsPerSecond: 100_000,
    };
    assert.equal(
      describeProgress(progress, new Pace(progress, 0), 1_000),
      'training 1.50 of 3.00 M words, epoch 2/3, 100.0 k words/s, loss 2.3457, rate 0.0125, 0:15 left',
    );
    assert.equal(
      describeProgress(progress, new Pace(progress, 0), 1_000, true),
      '0:15 left, training, epoch 2/3, 100.0 k words/s, loss 2.3457, rate 0.0125',
    );
  });

  test('has quantities and durations that can be read', () => {
    assert.deepEqual(
      [quantity(0, 'rows'), quantity(9_999, 'words'), quantity(10_000, 'words'), quantity(2.5e9, 'bytes')],
      ['0 rows', '9,999 words', '10.0 k words', '2.50 GB'],
    );
    assert.deepEqual([duration(5), duration(65), duration(3_725)], ['0:05', '1:05', '1:02:05']);
  });
});

describe('the log in lines', () => {
  test('has one line at the end of each phase, before what comes next', () => {
    const { stream, written } = screen();
    const log = new LineLog(stream, false);
    log.progress(READ);
    log.progress({ ...READ, done: 4_000_000 });
    log.note('15 words');
    log.progress({ phase: 'write', done: 15, total: 15, unit: 'rows' });
    log.warning('odd');
    log.close();
    const lines = written().trimEnd().split('\n');
    assert.match(lines[0]!, /^reading 4\.0 of 4\.0 MB/);
    assert.deepEqual(lines.slice(1, 3), ['15 words', 'wordmill: warning: odd']);
    assert.match(lines[3]!, /^writing 15 of 15 rows/);
    assert.equal(lines.length, 4);
  });

  test('when quiet has only warnings and errors', () => {
    const { stream, written } = screen();
    const log = new LineLog(stream, true);
    log.progress(READ);
    log.note('15 words');
    log.warning('odd');
    log.error('bad');
    log.close();
    assert.equal(written(), 'wordmill: warning: odd\nwordmill: bad\n');
  });

  test('in JSON has an object for each', () => {
    const { stream, written } = screen();
    const log = new JsonLog(stream, false);
    log.progress({ phase: 'write', done: 15, total: 15, unit: 'rows' });
    log.error('bad', { kind: 'data', exitCode: 65 });
    log.close();
    const [error, progress] = written()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.deepEqual([error.level, error.message, error.exitCode], ['error', 'bad', 65]);
    assert.deepEqual(
      [progress.event, progress.phase, progress.done, progress.unit],
      ['progress', 'write', 15, 'rows'],
    );
  });
});

describe('the log on a terminal', () => {
  test('draws a bar for each phase and writes warnings as lines of their own, without colour under NO_COLOR', (t) => {
    const before = process.env.NO_COLOR;
    process.env.NO_COLOR = '1';
    t.after(() => {
      if (before === undefined) delete process.env.NO_COLOR;
      else process.env.NO_COLOR = before;
    });
    const { stream, written } = screen(true);
    const log = new BarLog(stream);
    log.progress({ ...READ, done: 2_000_000 });
    log.warning('odd');
    log.progress({ phase: 'write', done: 15, total: 15, unit: 'rows' });
    log.close();
    log.note('done');
    assert.match(written(), /\[=+ +\] +50 % {2}reading/);
    // A long message goes on in the next line, and the bar that it took the place of is drawn again.
    assert.match(
      written(),
      /\x1b\[\?7hwordmill: warning: odd\x1b\[K\n\x1b\[\?7l\x1b\[1G\[=+ +\] +50 % {2}reading/,
    );
    assert.match(written(), /\[=+\] 100 % {2}writing/);
    // Also where an earlier run was killed with bars on the screen.
    assert.match(written(), /\x1b\[\?7hdone\n$/);
    assert.ok(!written().includes('\x1b[3'));
  });

  test('leaves room for the text on a narrow terminal', () => {
    for (const [columns, expected] of [
      [80, '[=====     ]  50 %  reading'],
      [40, ' 50 %  reading'],
    ] as const) {
      const { stream, written } = screen(true, columns);
      const log = new BarLog(stream);
      log.progress({ ...READ, done: 2_000_000 });
      log.close();
      assert.ok(written().includes(expected), written());
      assert.equal(written().includes('['.concat('=')), columns === 80);
    }
  });
});
