import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { nativeAddon } from '../../src/native/addon.js';
import { temporaryFolder } from '../formats/support.js';

const folder = temporaryFolder();
const path = (name: string) => join(folder, name);

describe('mapFile', () => {
  test('gives the bytes of a file as they were; changes stay in the process', () => {
    writeFileSync(path('é'), Buffer.alloc(10_000, 'abc'));
    const bytes = new Uint8Array(nativeAddon().mapFile(path('é')));
    assert.deepEqual(Buffer.from(bytes), Buffer.alloc(10_000, 'abc'));
    bytes.fill(0);
    assert.deepEqual(readFileSync(path('é')), Buffer.alloc(10_000, 'abc'));
  });

  test('outlives its file, and does not grow with it', () => {
    writeFileSync(path('gone'), 'abc');
    const buffer = nativeAddon().mapFile(path('gone'));
    appendFileSync(path('gone'), 'def');
    unlinkSync(path('gone'));
    assert.equal(Buffer.from(buffer).toString(), 'abc');
  });

  test('says what is wrong with a file, and refuses wrong arguments', () => {
    writeFileSync(path('empty'), '');
    const { mapFile } = nativeAddon();
    assert.throws(() => mapFile(path('empty')), { kind: 'data', message: /empty/ });
    assert.throws(() => mapFile(path('missing')), { kind: 'noInput' });
    assert.throws(() => mapFile(folder), { kind: 'noInput', message: /not a regular file/ });
    // Nobody will ever write to it.
    execFileSync('mkfifo', [path('pipe')]);
    assert.throws(() => mapFile(path('pipe')), { kind: 'noInput', message: /not a regular file/ });
    for (const wrong of [undefined, 7, {}, null]) assert.throws(() => mapFile(wrong as never), TypeError);
  });
});
