// Puts texts of its own under keys that others put theirs under too, and prints which it says it was first with.
//   node --import tsx test/storage/put-many.ts ADDRESS NAME KEYS
import { openStore } from '../../src/storage/open-store.js';

const [address, name, keys] = process.argv.slice(2);
const store = await openStore(address!);
// So that all are at it at the same time.
await store.getBytes('nothing');
process.stdout.write('ready\n');
await new Promise((resolve) => process.stdin.once('data', resolve));
const first: number[] = [];
for (let key = 0; key < Number(keys); key++) {
  if (await store.putBytes(`race/${key}`, new TextEncoder().encode(name!.repeat(2000)))) first.push(key);
}
process.stdout.write(`${JSON.stringify(first)}\n`);
await store.close();
process.exit(0);
