// `npm test`: sets up what is missing and runs the tests; `npm test -- sampling` runs those whose path has that word.
import { join } from 'node:path';
import { runTests } from './run-tests.mjs';
import { root, run, setup } from './setup.mjs';

setup();
run(process.execPath, [join(root, 'scripts', 'setup-tensorflow.mjs'), '--optional'], {});
runTests(process.argv.slice(2));
