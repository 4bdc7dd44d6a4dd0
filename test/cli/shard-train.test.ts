import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { notBuilt, smallCorpus, temporaryFolder, wordmill } from './helpers.js';

const TRAINING = '--dimensions 10 --epochs 2 --seed 3';

describe('wordmill shard train, average and finish', { skip: notBuilt }, () => {
  let folder: string;
  let remove: () => Promise<void>;
  let env: Record<string, string>;
  before(async () => {
    ({ folder, remove } = await temporaryFolder());
    env = { WORDMILL_CACHE: join(folder, 'cache'), WORDMILL_RUNS: join(folder, 'runs') };
    await writeFile(join(folder, 'corpus.txt'), smallCorpus());
    const definition = [
      'source: {files: [corpus.txt]}',
      'vocabulary: {minCount: 1}',
      'train: {dimensions: 10, epochs: 2, seed: 3}',
      'distributed: {roundsPerEpoch: 1}',
      'sinks: [{glove: of-run.txt}]',
    ];
    await writeFile(join(folder, 'job.yaml'), `${definition.join('\n')}\n`);
  });
  after(() => remove());

  const run = (line: string) => wordmill(line.split(' '), { cwd: folder, env });

  async function succeeds(line: string): Promise<string> {
    const outcome = await run(line);
    assert.equal(outcome.code, 0, `${line}\n${outcome.stderr}`);
    return outcome.stderr;
  }

  async function fails(line: string, code: number, message: RegExp): Promise<void> {
    const outcome = await run(line);
    assert.equal(outcome.code, code, `${line}\n${outcome.stderr}`);
    assert.match(outcome.stderr, message);
  }

  const contentOf = (name: string) => readFile(join(folder, name), 'utf8');

  test('one shard, in storage or on files, gives the vectors of a local run on one thread', async () => {
    await succeeds(`train corpus.txt --min-count 1 ${TRAINING} --threads 1 --glove local.txt`);
    const where = '--storage store --run one';
    await succeeds(`shard plan job.yaml --shards 1 ${where}`);
    await succeeds(`shard ingest ${where} --shard 0`);
    await succeeds(`shard merge ${where}`);
    await succeeds(`shard encode ${where} --shard 0`);
    for (const round of [0, 1]) {
      const told = await succeeds(`shard train ${where} --shard 0 --round ${round} --threads 1`);
      assert.match(told, new RegExp(`shard 0, round ${round}: [\\d,]+ words, loss \\d`));
      await succeeds(`shard average ${where} --round ${round}`);
    }
    assert.match(await succeeds(`shard finish ${where}`), /of-run\.txt/);
    assert.equal(await contentOf('of-run.txt'), await contentOf('local.txt'));

    await succeeds('shard ingest corpus.txt --spool spool-one --counts counts');
    await succeeds('shard merge counts --output vocabulary');
    await succeeds('shard encode --spool spool-one --read-vocabulary vocabulary --output encoded-one');
    const shared = `--read-vocabulary vocabulary ${TRAINING} --shards 1 --rounds-per-epoch 1`;
    const training = `shard train ${shared} --shard 0 --encoded encoded-one --threads 1`;
    await succeeds(`${training} --round 0 --output changes-0`);
    await succeeds(`shard average ${shared} --round 0 --output model-1 changes-0`);
    await succeeds(`${training} --round 1 --start model-1 --output changes-1`);
    await succeeds(`shard average ${shared} --round 1 --start model-1 --glove of-files.txt changes-1`);
    assert.equal(await contentOf('of-files.txt'), await contentOf('local.txt'));
  });

  test('several shards give the same in storage and on files, in any order of files', async () => {
    const where = '--storage store --run two';
    await succeeds(`shard plan job.yaml --shards 2 --rounds-per-epoch 1 ${where}`);
    for (const shard of [0, 1]) await succeeds(`shard ingest ${where} --shard ${shard}`);
    await succeeds(`shard merge ${where}`);
    for (const shard of [0, 1]) {
      await succeeds(`shard encode ${where} --shard ${shard}`);
      await succeeds(`shard train ${where} --shard ${shard} --round 0 --threads 1`);
    }
    await succeeds(`shard average ${where} --round 0`);

    const lines = smallCorpus().split(/(?<=\n)/);
    const half = await shardBytes(lines);
    await writeFile(join(folder, 'part-0'), half[0]!);
    await writeFile(join(folder, 'part-1'), half[1]!);
    const shared = `--read-vocabulary words ${TRAINING} --shards 2 --rounds-per-epoch 1 --round 0`;
    for (const shard of [0, 1]) {
      await succeeds(`shard ingest part-${shard} --spool spool-${shard} --counts counts-${shard}`);
    }
    await succeeds('shard merge counts-0 counts-1 --output words');
    for (const shard of [0, 1]) {
      const encoded = `encoded-${shard}`;
      await succeeds(`shard encode --spool spool-${shard} --read-vocabulary words --output ${encoded}`);
      await succeeds(
        `shard train ${shared} --shard ${shard} --encoded ${encoded} --threads 1 --output part-changes-${shard}`,
      );
    }
    await succeeds(`shard average ${shared} --output forwards part-changes-0 part-changes-1`);
    await succeeds(`shard average ${shared} --output backwards part-changes-1 part-changes-0`);
    assert.equal(await contentOf('forwards'), await contentOf('backwards'));
    const average = JSON.parse(await contentOf('store/runs/two/average-0.json'));
    const trained = JSON.parse(await contentOf('store/runs/two/train-0-1.json'));
    assert.equal(average.contributions[1].words, trained.words);

    await fails(
      `shard average ${shared} --output wrong part-changes-1 part-changes-1`,
      65,
      /shard 1 is there twice/,
    );
    await fails(`shard average ${shared} --output wrong part-changes-1`, 65, /shard 0 is missing/);
    await fails(`shard average ${shared} --output wrong words`, 65, /words/);

    const replaced = (line: string, file: string) =>
      fails(line, 2, new RegExp(`${file}: this file would be read and then replaced by an output`));
    const changes = 'part-changes-0 part-changes-1';
    await replaced(`shard average ${shared} --output part-changes-1 ${changes}`, 'part-changes-1');
    await replaced(`shard average ${shared} --output words ${changes}`, 'words');
    const training = `shard train ${shared} --shard 0 --encoded encoded-0`.replace('--round 0', '--round 1');
    await replaced(`${training} --start forwards --output forwards`, 'forwards');
    await replaced(`${training} --start forwards --output encoded-0/tokens`, 'encoded-0/tokens');
    await replaced('shard encode --spool spool-0 --read-vocabulary words --output spool-0', 'spool-0/tokens');
  });

  test('what is missing or does not go together is said, with the flag', async () => {
    await fails('shard train --shard 0 --round 0', 2, /--read-vocabulary: is missing/);
    await fails(
      'shard average --storage s --run r --round 0 changes',
      2,
      /--storage: is for a run in storage/,
    );
    await fails('shard train --storage store --run none --shard 0 --round 0', 66, /no run none/);
    await fails('shard finish --storage store --run none', 66, /no run none/);
    const shared = `--read-vocabulary vocabulary ${TRAINING} --shards 1 --rounds-per-epoch 1 --shard 0`;
    const training = `shard train ${shared} --encoded encoded-one --output out`;
    await fails(`${training} --round 1`, 2, /--start: is missing/);
    await fails(`${training} --round 2 --start model-1`, 2, /--round: there is no round 2/);
    await fails(`${training} --round 0 --validation 0.1`, 2, /--validation/);
    await fails(`${training} --round 0 --shard 1`.replace('--shard 0 ', ''), 2, /there is no shard 1/);
    await fails(`shard train ${shared} --encoded spool-one --output out --round 0`, 66, /encoded shard/);
  });
});

/** Text in two halves of about as many bytes, as `shard plan` cuts it: at the line that starts after the middle. */
async function shardBytes(lines: readonly string[]): Promise<string[]> {
  const total = lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0);
  let before = 0;
  const first = lines.filter((line) => {
    const isFirst = before < total / 2;
    before += Buffer.byteLength(line);
    return isFirst;
  });
  return [first.join(''), lines.slice(first.length).join('')];
}
