import { parentPort } from 'node:worker_threads';
import { decodeBlock, type LoneBlock } from './decode-block.js';
import { loadDecoder } from './load-decoder.js';

/** A thread that decodes blocks, one after the other; it answers with bytes, or with what is wrong. */
parentPort!.on('message', async (block: LoneBlock) => {
  try {
    const bytes = decodeBlock(await loadDecoder(), block);
    parentPort!.postMessage(bytes, [bytes.buffer as ArrayBuffer]);
  } catch (error) {
    parentPort!.postMessage((error as Error).message);
  }
});
