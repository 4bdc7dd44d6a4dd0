import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { folder, has } from '../sources/helpers.js';
import { answerWith, sendPart, serve } from '../sources/http/server.js';
import { serveSecurely, serveTunnels } from '../sources/http/tunnel.js';
import { notBuilt, smallCorpus, wordmill } from './helpers.js';

const FILE = { content: gzipSync(smallCorpus(2000), { level: 0 }), etag: '"one"' };

describe('files on a server', { skip: notBuilt }, () => {
  test('vectors are those of the file itself, though the download broke off, and no secret is kept', async (t) => {
    const cwd = folder(t);
    const { origin } = await serve(t, (request, response, index) => {
      if (request.method === 'GET' && index === 0) sendPart(FILE, 50_000, response, () => response.destroy());
      else answerWith(FILE, request, response);
    });
    await writeFile(join(cwd, 'corpus.gz'), FILE.content);
    const flags = ['--dimensions', '5', '--epochs', '1', '--threads', '1', '--runs', 'runs', '--glove'];
    const env = { http_proxy: '', HTTP_PROXY: '' };
    const url = `${origin}/corpus.gz?signature=plugh`;
    const remote = await wordmill(['train', url, ...flags, 'a.txt', '--http-retry-wait', '0.01'], {
      cwd,
      env,
    });
    assert.equal(remote.code, 0, remote.stderr);
    assert.match(remote.stderr, /corpus\.gz\?…: the connection was closed.*going on at byte 50000/);
    const local = await wordmill(['train', 'corpus.gz', ...flags, 'b.txt'], { cwd });
    assert.equal(local.code, 0, local.stderr);
    assert.equal(readFileSync(join(cwd, 'a.txt'), 'utf8'), readFileSync(join(cwd, 'b.txt'), 'utf8'));
    const kept = readdirSync(cwd, { recursive: true, encoding: 'utf8' }).map((path) => join(cwd, path));
    for (const path of kept.filter((path) => statSync(path).isFile())) {
      assert.doesNotMatch(readFileSync(path, 'latin1'), /plugh/, path);
    }
    assert.doesNotMatch(remote.stderr, /plugh/);
  });

  test('check shows what would be read; a missing file is exit 66', async (t) => {
    const cwd = folder(t);
    const { origin } = await serve(t, (request, response) => {
      if (request.url === '/none') response.writeHead(404).end();
      else answerWith({ content: Buffer.from('text\n'), etag: '"one"' }, request, response);
    });
    const definition = `source: { files: "${origin}/a.txt?key=plugh" }\nsinks: [{ glove: v.txt }]\n`;
    await writeFile(join(cwd, 'job.yaml'), definition);
    const { code, stdout } = await wordmill(['check', 'job.yaml'], { cwd });
    assert.equal(code, 0);
    assert.ok(stdout.includes(`# url      ${origin}/a.txt?…: 5 B, "one"\n`), stdout);
    assert.doesNotMatch(stdout, /plugh/);
    const missing = await wordmill(['tokenize', `${origin}/none`], { cwd });
    assert.equal(missing.code, 66);
    assert.match(missing.stderr, /\/none: the server answered 404/);
  });

  test('of https come through the tunnel of a proxy, where the certificate is known', {
    skip: has('openssl') ? false : 'openssl is not installed',
  }, async (t) => {
    const cwd = folder(t);
    const received: unknown[] = [];
    const { origin, certificate } = await serveSecurely(t, cwd, (request, response, index) => {
      received.push([request.method, request.headers.authorization, request.headers.range]);
      // After HEAD: the download breaks off once, and goes on.
      if (index === 1) sendPart(FILE, 20_000, response, () => response.destroy());
      else answerWith(FILE, request, response);
    });
    const host = new URL(origin).host;
    const proxy = await serveTunnels(t);
    const read = (certificates: string) =>
      wordmill(['tokenize', `${origin}/corpus.gz`, '--http-retry-wait', '0.01', '--http-retries', '2'], {
        cwd,
        env: {
          ...{ http_proxy: '', HTTP_PROXY: '', no_proxy: '', NO_PROXY: '' },
          https_proxy: `http://me:word@${proxy.address}`,
          NODE_EXTRA_CA_CERTS: certificates,
          WORDMILL_HTTP_AUTHORIZATION: `${host}=Bearer plugh`,
        },
      });
    const unknown = await read('');
    assert.equal(unknown.code, 69);
    assert.match(unknown.stderr, /corpus\.gz: the connection is not secure: .*\n.*NODE_EXTRA_CA_CERTS/);
    const known = await read(certificate);
    assert.equal(known.code, 0, known.stderr);
    assert.equal(known.stdout, smallCorpus(2000));
    assert.deepEqual(received, [
      ['HEAD', 'Bearer plugh', undefined],
      ['GET', 'Bearer plugh', undefined],
      ['GET', 'Bearer plugh', 'bytes=20000-'],
    ]);
    const through = `CONNECT ${host} Basic ${Buffer.from('me:word').toString('base64')}`;
    assert.ok(proxy.asked.length >= 2);
    for (const asked of proxy.asked) assert.equal(asked, through);
    assert.ok(!proxy.saw('plugh'));
  });
});
