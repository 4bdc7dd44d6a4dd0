import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const python = fileURLToPath(new URL('../../bench/.peers/moto/bin/python', import.meta.url));

/** For a test's `skip`: why there is no emulated S3, or false. */
export const skipWithoutMoto: string | false =
  !existsSync(python) && 'there is no moto: node scripts/peers.mjs moto';

/**
 * moto's server. It looks whether an object is there and writes it in two steps, in several threads; the services that it
 * stands for do it in one.
 */
const SERVER = `
import threading
from moto.s3.responses import S3Response
lock = threading.Lock()
put = S3Response.put_object
def put_alone(self):
    with lock:
        return put(self)
S3Response.put_object = put_alone
from moto.server import main
main(['-H', '127.0.0.1', '-p', '0'])
`;

/** A server of an emulated S3 of a test's own, with an empty bucket called `corpora`; what it holds is in its memory. */
export class MotoServer {
  readonly bucket = 'corpora';
  readonly #process: ChildProcess;

  private constructor(
    process: ChildProcess,
    /** Its address: `http://127.0.0.1:PORT`. */
    readonly endpoint: string,
  ) {
    this.#process = process;
  }

  /** Starts one, and waits until it answers. */
  static async start(): Promise<MotoServer> {
    const server = spawn(python, ['-c', SERVER], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, MOTO_PORT: undefined },
    });
    let log = '';
    const endpoint = await new Promise<string>((resolve, reject) => {
      server.once('exit', (code) => reject(new Error(`moto ended with ${code}: ${log}`)));
      server.stderr!.setEncoding('utf8').on('data', (text) => {
        log += text;
        const found = /Running on (http:\/\/[\d.]+:\d+)/.exec(log)?.[1];
        if (found) resolve(found);
      });
    });
    const moto = new MotoServer(server, endpoint);
    server.stderr!.removeAllListeners('data').resume();
    await moto.makeBucket(moto.bucket);
    return moto;
  }

  async makeBucket(name: string): Promise<void> {
    const { status } = await fetch(`${this.endpoint}/${name}`, { method: 'PUT' });
    if (status !== 200) throw new Error(`the bucket ${name} could not be made: ${status}`);
  }

  /** Forgets all that it holds, and has an empty bucket again. */
  async clear(): Promise<void> {
    await fetch(`${this.endpoint}/moto-api/reset`, { method: 'POST' });
    await this.makeBucket(this.bucket);
  }

  /** What a command's environment needs in order to use it, or a proxy in front of it. */
  environment(endpoint: string = this.endpoint): Record<string, string> {
    return {
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'not-a-secret',
      AWS_EC2_METADATA_DISABLED: 'true',
    };
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await ended;
  }
}
