import assert from 'node:assert/strict';
import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { Report } from '../../../src/core/report.js';
import { temporaryName } from '../../../src/core/temporary.js';
import {
  checkModelFolderTarget,
  loadModelFolder,
  saveModelFolder,
} from '../../../src/train/tensorflow/model-folder.js';
import { tensorIn } from '../../../src/train/tensorflow/model-parts.js';
import { removeCheckpoint } from '../../../src/train/tensorflow/remove-checkpoint.js';
import { content, refusal } from './support/model-content.js';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wordmill-test-'));
  path = join(folder, 'model');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const check = (target = path) => checkModelFolderTarget(target, 'language-model');
const firstNumber = async (target = path) =>
  tensorIn(await loadModelFolder(target, 'language-model'), 'embedding', [4, 2])[0];

/** What a process that was killed has left: number 99999999 is above all that Linux gives. */
const killed = (name: string) => temporaryName(name).replace(`-${process.pid}-`, '-99999999-');

/** Without the superuser's rights, who may write anywhere. */
async function asUser(body: () => Promise<void>): Promise<void> {
  const superuser = process.geteuid?.() === 0;
  if (superuser) process.seteuid!(65534);
  try {
    await body();
  } finally {
    if (superuser) process.seteuid!(0);
  }
}
const ofUser = async (...paths: string[]) => {
  if (process.geteuid?.() === 0) for (const one of paths) await chown(one, 65534, 65534);
};
const noRights = process.platform === 'win32' && 'Windows keeps rights otherwise';

describe('before long training it is said', () => {
  test('that no folder can be made at the path', { skip: noRights }, async () => {
    await ofUser(folder);
    await chmod(folder, 0o555);
    await asUser(() => assert.rejects(check(), refusal('cannotCreate', /no permission to write/)));
    await chmod(folder, 0o755);
    await assert.rejects(check(join(folder, 'm'.repeat(250))), refusal('inputOutput', /ENAMETOOLONG/));
    assert.deepEqual(await readdir(folder), []);
  });

  const mounted = process.platform === 'linux' ? '/proc' : undefined;
  test('that a mount point cannot be replaced', { skip: !mounted && 'no known mount point' }, () =>
    assert.rejects(check(mounted), refusal('cannotCreate', /mount point/)),
  );

  test('that the folder has a model of another kind', async () => {
    await saveModelFolder(path, content());
    const other = { ...content(9), kind: 'tagger' } as const;
    await assert.rejects(
      saveModelFolder(path, other),
      refusal('cannotCreate', /holds a language model, not a tagger/),
    );
    assert.equal(await firstNumber(), 1);
  });

  test('that the folder has a file of someone else, whatever its name', async () => {
    await saveModelFolder(path, content());
    await mkdir(join(path, 'constructor'));
    await assert.rejects(check(), refusal('cannotCreate', /also holds constructor/));
  });
});

describe('a new model', () => {
  test('is kept under another name where it cannot take its own at the very end', async () => {
    // Temporary names are 24 characters longer, and the number of the process. Only the name for the old folder, longer
    // by another four, is more than the 255 that a name can have.
    const long = join(folder, 'm'.repeat(255 - 24 - String(process.pid).length));
    await saveModelFolder(long, content(1));
    const error = await saveModelFolder(long, content(9)).catch((thrown) => thrown);
    assert.ok(refusal('cannotCreate', /cannot take this name: ENAMETOOLONG/)(error));
    const kept = error.hint.split(' ').at(-1);
    assert.equal(await firstNumber(kept), 9);
    assert.equal(await firstNumber(long), 1);
    assert.deepEqual((await readdir(folder)).sort(), [basename(long), basename(kept)].sort());
    assert.doesNotMatch(basename(kept), /^\.|\.tmp/, 'a name that is removed as left over');
  });

  test('is saved although the old one cannot be removed', { skip: noRights }, async () => {
    await saveModelFolder(path, content(1));
    await ofUser(folder, path);
    await chmod(path, 0o555);
    await asUser(() => saveModelFolder(path, content(9)));
    assert.equal(await firstNumber(), 9);
    assert.equal((await readdir(folder)).length, 2, 'what is left of the old one');
  });
});

describe('a model at a link', () => {
  let link: string;
  beforeEach(async () => {
    await mkdir(join(folder, 'disk'));
    path = join(folder, 'disk', 'model');
    link = join(folder, 'link');
    await symlink(join('disk', 'model'), link);
  });

  test('is saved where the link leads, though nothing is there yet', async () => {
    await saveModelFolder(link, content());
    assert.equal(await readlink(link), join('disk', 'model'));
    assert.equal(await firstNumber(), 1);
  });

  test('comes back when the process that was replacing it was killed', async () => {
    await saveModelFolder(link, content());
    const old = join(folder, 'disk', `${killed('model')}.old`);
    await rename(path, old);
    assert.equal(await firstNumber(link), 1);
    await rename(path, old);
    await saveModelFolder(link, content(9));
    assert.equal(await readlink(link), join('disk', 'model'));
    assert.equal(await firstNumber(), 9);
    assert.deepEqual(await readdir(join(folder, 'disk')), ['model']);
  });
});

describe('a checkpoint that is not needed any more', () => {
  const checkpoint = () => ({ ...content(), options: { checkpoint: {} } });
  const remove = async () => {
    const notes: string[] = [];
    await removeCheckpoint(path, 'language-model', new Report({ note: (message) => notes.push(message) }));
    return notes;
  };
  const isThere = () =>
    stat(path).then(
      () => true,
      () => false,
    );

  test('is removed', async () => {
    await saveModelFolder(path, checkpoint());
    assert.deepEqual(await remove(), []);
    assert.ok(!(await isThere()));
  });

  test("leaves someone else's file, and says so", async () => {
    await saveModelFolder(path, checkpoint());
    await writeFile(join(path, 'notes.txt'), 'mine');
    const [note] = await remove();
    assert.match(note!, /model stays: notes\.txt is no part of the checkpoint/);
    assert.deepEqual(await readdir(path), ['notes.txt']);
    assert.equal(await readFile(join(path, 'notes.txt'), 'utf8'), 'mine');
  });

  test('stays if it is none: a finished model, or a checkpoint of another kind', async () => {
    await saveModelFolder(path, content());
    await remove();
    assert.equal(await firstNumber(), 1);
    await rm(path, { recursive: true });
    await saveModelFolder(path, { ...checkpoint(), kind: 'tagger' });
    await remove();
    assert.ok(await isThere());
  });
});
