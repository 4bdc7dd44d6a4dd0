import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fetchText } from '../../sources/http/client.js';
import { answerWith, serve, type TestServer } from '../../sources/http/server.js';
import type { FuzzTarget } from '../target.js';

const FILE = {
  content: Buffer.from('a text that a server has, and that a cache keeps\n'.repeat(8)),
  etag: '"one"',
  lastModified: 'Thu, 01 Jan 2026 00:00:00 GMT',
};

/** The two files of a cache's entry, one damaged, the other whole. Whatever they hold, the server's text is read. */
export const httpCache: readonly FuzzTarget[] = (['entry', 'body'] as const).map((which) => ({
  name: `http-cache-${which}`,
  async seeds() {
    const files = await wholeEntry();
    return [files.find(({ name }) => isEntry(name) === (which === 'entry'))!.bytes];
  },
  ...(which === 'entry' && { json: true as const }),
  dictionary: ['"etag":"\\"two\\""', '"bytes":', '"sha256":', '"lastModified":""', '"\\r\\n"'],
  async read(damaged, file) {
    const cache = join(dirname(file), 'cache');
    await mkdir(cache);
    for (const { name, bytes } of await wholeEntry()) {
      await writeFile(join(cache, name), isEntry(name) === (which === 'entry') ? damaged : bytes);
    }
    const { origin } = await server();
    const { text } = await fetchText(`${origin}/corpus.txt`, { cache });
    if (text !== FILE.content.toString()) throw new Error('what was read is not what the server has');
    const left = await readdir(cache);
    if (left.length !== 2) throw new Error(`an entry has two files, not ${left}`);
    const again = await fetchText(`${origin}/corpus.txt`, { cache });
    if (again.text !== text || again.counts.cached !== 1) throw new Error('the cache was not mended');
  },
}));

function isEntry(name: string): boolean {
  return name.endsWith('.json');
}

let serving: Promise<TestServer> | undefined;

/** A server of this process, which it does not keep alive. */
function server(): Promise<TestServer> {
  serving ??= serve({ after() {} }, (request, response) => answerWith(FILE, request, response)).then(
    (started) => {
      started.unref();
      return started;
    },
  );
  return serving;
}

let made: Promise<{ name: string; bytes: Buffer }[]> | undefined;

/** The files of an entry as a download leaves them, made once. */
function wholeEntry(): Promise<{ name: string; bytes: Buffer }[]> {
  made ??= makeEntry();
  return made;
}

async function makeEntry(): Promise<{ name: string; bytes: Buffer }[]> {
  const cache = await mkdtemp(join(tmpdir(), 'wordmill-fuzz-cache-'));
  try {
    const { origin } = await server();
    await fetchText(`${origin}/corpus.txt`, { cache });
    const names = await readdir(cache);
    return await Promise.all(names.map(async (name) => ({ name, bytes: await readFile(join(cache, name)) })));
  } finally {
    await rm(cache, { recursive: true });
  }
}
