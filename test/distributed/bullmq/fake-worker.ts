// A worker of fake runs, as a process of its own: FOLDER STALLED_AFTER CONCURRENCY, and Redis from the environment.
import { trapSignals } from '../../../src/cli/signals.js';
import { runWorker } from '../../../src/distributed/bullmq/worker.js';
import { redisSettings } from '../../../src/distributed/settings.js';
import { JsonLog } from '../../../src/pipeline/log/json-log.js';
import { fakeSteps, fakeStorage } from './fake-run.js';

const [folder, stalledAfter, concurrency] = process.argv.slice(2) as [string, string, string];
const { signal } = trapSignals();
await runWorker({
  redis: await redisSettings({}),
  steps: fakeSteps(folder),
  storageOf: (run) => fakeStorage(folder, run),
  log: new JsonLog(process.stderr, false),
  concurrency: Number(concurrency),
  threads: 2,
  signal,
  stalledAfter: Number(stalledAfter),
  retrying: { attempts: 4, delay: 50 },
});
process.exit(0);
