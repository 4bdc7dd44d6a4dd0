// Loads tfjs-node from a folder, multiplies two matrices with it, and prints the version of its library:
//   node verify.mjs …/node_modules/@tensorflow/tfjs-node
import { createRequire } from 'node:module';

process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
const tf = createRequire(import.meta.url)(process.argv[2]);
const product = tf.matMul(tf.tensor2d([1, 2, 3, 4], [2, 2]), tf.tensor2d([5, 6, 7, 8], [2, 2]));
const values = [...product.dataSync()].join();
if (tf.getBackend() !== 'tensorflow' || values !== '19,22,43,50')
  throw new Error(`backend ${tf.getBackend()} gives ${values} instead of 19,22,43,50`);
console.log(tf.backend().binding.TF_Version);
