import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, LookupFunction } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { failsWith, folder, has } from '../helpers.js';
import { fetchText } from './client.js';
import { answerWith, serve, type TestServer } from './server.js';

const FILE = { content: Buffer.from('text\n'), etag: '"one"' };

/** A resolver of a test: names and the addresses they have, one after the other where there are several. */
function resolver(names: Record<string, string[]>): LookupFunction {
  const asked: Record<string, number> = {};
  return (name, options, callback) => {
    const addresses = names[name] ?? [];
    const turn = asked[name] ?? 0;
    asked[name] = turn + 1;
    const address = addresses[Math.min(turn, addresses.length - 1)];
    const family = address?.includes(':') ? 6 : 4;
    if (address === undefined) callback(Object.assign(new Error(name), { code: 'ENOTFOUND' }), '');
    else if (options.all) callback(null, [{ address, family }]);
    else callback(null, address, family);
  };
}

test('redirects of every kind are followed, relative ones too', async (t) => {
  const statuses = [301, 302, 303, 307, 308];
  const { origin, received } = await serve(t, (request, response, index) => {
    if (index < 5) response.writeHead(statuses[index]!, { location: `step${index}` }).end('moved');
    else answerWith(FILE, request, response);
  });
  assert.equal((await fetchText(`${origin}/a/b.txt`)).text, 'text\n');
  assert.deepEqual(
    received.map(({ path }) => path),
    ['/a/b.txt', '/a/step0', '/a/step1', '/a/step2', '/a/step3', '/a/step4'],
  );
});

test('redirects that do not end, lead in a circle or to nothing to read are errors', async (t) => {
  const { origin, received } = await serve(t, (request, response) => {
    const [, kind, number] = request.url!.split('/');
    const location = {
      circle: number === '1' ? '/circle/2' : '/circle/1',
      endless: `/endless/${Number(number) + 1}`,
      ftp: 'ftp://example.org/a.txt',
      password: 'http://user:secret@example.org/a.txt',
      nonsense: 'http://[',
    }[kind!]!;
    response.writeHead(302, { location }).end();
  });
  for (const [path, pattern] of [
    ['circle/1', /circle\/1: its redirects lead in a circle/],
    ['endless/1', /more than 3 redirects\n.*--http-redirects/],
    ['ftp/1', /leads to ftp:\/\/, which is not read/],
    ['password/1', /a URL with a user name or a password$/],
    ['nonsense/1', /leads to what is no URL/],
  ] as const) {
    await assert.rejects(fetchText(`${origin}/${path}`, { redirects: 3 }), failsWith('unavailable', pattern));
  }
  assert.equal(received.length, 2 + 4 + 3);
});

/** A proxy that stands for the public network: it answers for every host by `answer`. */
const publicNetwork = (t: Parameters<typeof serve>[0], answer: Parameters<typeof serve>[1]) =>
  serve(t, answer);

/** How a client reaches a public network and, without the proxy, the hosts named. */
const throughProxy = ({ origin }: TestServer, ...direct: string[]) => ({
  http_proxy: origin,
  no_proxy: direct.join(','),
});

test('a redirect from a public to a private address is refused, however the address is written', async (t) => {
  const inside = await serve(t, (request, response) => answerWith(FILE, request, response));
  const { port } = inside;
  const lookup = resolver({
    'inside.example.org': ['10.0.0.1'],
    'mapped.example.org': ['::ffff:127.0.0.1'],
    'cloud.example.org': ['169.254.169.254'],
  });
  for (const target of [
    `http://127.0.0.1:${port}/`,
    `http://2130706433:${port}/`,
    `http://0x7f.1:${port}/`,
    `http://[::1]:${port}/`,
    `http://[::ffff:127.0.0.1]:${port}/`,
    `http://0.0.0.0:${port}/`,
    'http://169.254.169.254/latest/meta-data',
    `http://inside.example.org:${port}/`,
    `http://mapped.example.org:${port}/`,
    'http://cloud.example.org/latest/meta-data',
  ]) {
    const proxy = await publicNetwork(t, (_request, response) =>
      response.writeHead(302, { location: target }).end(),
    );
    const environment = throughProxy(proxy, '127.0.0.1', '[::1]', '0.0.0.0');
    await assert.rejects(
      fetchText('http://public.example.org/a.txt', {}, { environment, lookup }),
      failsWith(
        'unavailable',
        /from a public address to a private one: http:.*--http-allow-private-redirects/s,
      ),
    );
  }
  assert.equal(inside.received.length, 0);
});

test('the address that is connected to is what counts: a name that changes meanwhile gets nowhere', async (t) => {
  const inside = await serve(t, (request, response) => answerWith(FILE, request, response));
  const proxy = await publicNetwork(t, (_request, response) =>
    response.writeHead(302, { location: `http://rebound.example.org:${inside.port}/` }).end(),
  );
  // Public when it is looked at, private when it is connected to.
  const lookup = resolver({ 'rebound.example.org': ['93.184.215.14', '127.0.0.1'] });
  const environment = throughProxy(proxy, 'rebound.example.org');
  await assert.rejects(
    fetchText('http://public.example.org/a.txt', {}, { environment, lookup }),
    failsWith('unavailable', /to a private one: http:\/\/rebound\.example\.org.*\(127\.0\.0\.1\)/),
  );
  assert.equal(inside.received.length, 0);
});

test('such a redirect is followed where the user allows it, and from a private address', async (t) => {
  const inside = await serve(t, (request, response) => answerWith(FILE, request, response));
  const location = `${inside.origin}/a.txt`;
  const proxy = await publicNetwork(t, (_request, response) => response.writeHead(302, { location }).end());
  const environment = throughProxy(proxy, '127.0.0.1');
  const allowed = await fetchText(
    'http://public.example.org/a.txt',
    { allowPrivateRedirects: true },
    { environment },
  );
  assert.equal(allowed.text, 'text\n');
  const neighbour = await serve(t, (_request, response) => response.writeHead(302, { location }).end());
  assert.equal((await fetchText(`${neighbour.origin}/a.txt`)).text, 'text\n');
  assert.equal((await fetchText(`http://localhost:${inside.port}/a.txt`)).text, 'text\n');
});

test('https is not left for http, and certificates are checked', async (t) => {
  if (!has('openssl')) return t.skip('needs openssl, to make a certificate');
  const root = folder(t);
  const [key, cert] = [join(root, 'key.pem'), join(root, 'cert.pem')];
  execFileSync(
    'openssl',
    [
      ...[
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-days',
        '1',
      ],
      ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', cert],
    ],
    { stdio: 'ignore' },
  );
  const plain = await serve(t, (request, response) => answerWith(FILE, request, response));
  const secure = createSecureServer(
    { key: readFileSync(key), cert: readFileSync(cert) },
    (request, response) => {
      if (request.url === '/moved')
        response.writeHead(302, { location: `${plain.origin}/a.txt?key=secret` }).end();
      else answerWith(FILE, request, response);
    },
  ).listen(0, '127.0.0.1');
  await new Promise((resolve) => secure.once('listening', resolve));
  const origin = `https://localhost:${(secure.address() as AddressInfo).port}`;
  t.after(() => {
    secure.closeAllConnections();
    secure.close();
  });
  await assert.rejects(
    fetchText(`${origin}/a.txt`),
    failsWith('unavailable', /the connection is not secure: self-signed certificate\n.*NODE_EXTRA_CA_CERTS/),
  );
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
  t.after(() => {
    delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
  });
  assert.equal((await fetchText(`${origin}/a.txt`)).text, 'text\n');
  await assert.rejects(
    fetchText(`${origin}/moved`),
    failsWith('unavailable', /from https to http: http:.*\/a\.txt\?…\n.*--http-allow-insecure-redirects/),
  );
  assert.equal(plain.received.length, 0);
  assert.equal((await fetchText(`${origin}/moved`, { allowInsecureRedirects: true })).text, 'text\n');
});
