/**
 * A process that takes a lock and keeps it until its standard input ends: `tsx holder.ts PATH`. It says `held` or
 * why it could not, and waits before it begins until a line comes in, so that several begin together.
 */
import { once } from 'node:events';
import { acquireLock } from '../../../src/core/lock/lock.js';

console.log('ready');
await once(process.stdin, 'data');
const said = await acquireLock(process.argv[2]!, 'out.txt', { run: 'run-1' }).then(
  () => 'held',
  (error: Error) => error.message.replaceAll('\n', ' '),
);
console.log(said);
process.stdin.on('end', () => process.exit());
process.stdin.resume();
