import { parentPort } from 'node:worker_threads';
import Bzip2 from '@foxglove/wasm-bz2';
import { decodeBlock, type LoneBlock } from './decode-block.js';

/** Decodes blocks, one after the other, on a thread of its own; answers with bytes, or with what is wrong. */
const decoder = Bzip2.init();

parentPort!.on('message', async (block: LoneBlock) => {
  try {
    const bytes = decodeBlock(await decoder, block);
    parentPort!.postMessage(bytes, [bytes.buffer as ArrayBuffer]);
  } catch (error) {
    parentPort!.postMessage((error as Error).message);
  }
});
