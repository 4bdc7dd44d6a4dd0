import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadDefinition } from '../../src/pipeline/definition.js';
import { loadLanguageModelDefinition } from '../../src/pipeline/language-model-schema.js';
import { checkpointPath } from '../../src/pipeline/model-definition.js';
import { loadTaggerDefinition } from '../../src/pipeline/tagger-schema.js';

test('an empty definition is told what its own kind needs', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'wordmill-test-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'empty.yaml');
  await writeFile(path, '');
  const needs = (what: string) => ({ kind: 'usage', message: new RegExp(`empty; it needs ${what}$`) });
  await assert.rejects(loadDefinition(path), needs('a source and sinks'));
  await assert.rejects(loadLanguageModelDefinition(path), needs('a source and an output'));
  await assert.rejects(loadTaggerDefinition(path), needs('data\\.train and an output'));
});

test('checkpoints are beside the model, however its path ends', () => {
  assert.equal(checkpointPath('out/lm'), 'out/lm.checkpoint');
  assert.equal(checkpointPath('out/lm//'), 'out/lm.checkpoint');
});
