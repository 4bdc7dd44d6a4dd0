import type { FuzzTarget } from './target.js';
import { checkpoints } from './targets/checkpoints.js';
import { compressed } from './targets/compressed.js';
import { definitions } from './targets/definitions.js';
import { httpCache } from './targets/http-cache.js';
import { packedTexts } from './targets/packed-texts.js';
import { partialSpools } from './targets/partial-spools.js';
import { runs } from './targets/runs.js';
import { spools } from './targets/spools.js';
import { tables } from './targets/tables.js';
import { texts } from './targets/texts.js';
import { vectorFiles } from './targets/vector-files.js';
import { wordFiles } from './targets/word-files.js';

/** The readers that are fuzzed. */
export const TARGETS: readonly FuzzTarget[] = [
  ...definitions,
  ...wordFiles,
  ...vectorFiles,
  ...compressed,
  ...texts,
  ...packedTexts,
  ...tables,
  ...spools,
  ...partialSpools,
  ...checkpoints,
  ...runs,
  ...httpCache,
];
