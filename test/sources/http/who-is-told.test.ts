import assert from 'node:assert/strict';
import { createServer, request as plainRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { failsWith } from '../helpers.js';
import { fetchText } from './client.js';
import { answerWith, serve } from './server.js';

const FILE = { content: Buffer.from('text\n'), etag: '"one"' };

test('credentials from the environment go to their host, and to no other after a redirect', async (t) => {
  const other = await serve(t, (request, response) => answerWith(FILE, request, response));
  const { origin, port, received } = await serve(t, (request, response) => {
    if (request.url === '/moved') response.writeHead(302, { location: '/a.txt' }).end();
    else if (request.url === '/away') response.writeHead(302, { location: `${other.origin}/a.txt` }).end();
    else answerWith(FILE, request, response);
  });
  const environment = {
    WORDMILL_HTTP_AUTHORIZATION: `127.0.0.1:${port}=Bearer abc; elsewhere.example.org=Bearer xyz`,
  };
  await fetchText(`${origin}/moved`, {}, { environment });
  assert.deepEqual(
    received.map(({ headers }) => headers.authorization),
    ['Bearer abc', 'Bearer abc'],
  );
  await fetchText(`${origin}/away`, {}, { environment });
  assert.equal(received.at(-1)!.headers.authorization, 'Bearer abc');
  assert.equal(other.received[0]!.headers.authorization, undefined);
  await fetchText(`${other.origin}/a.txt`, {}, { environment });
  assert.equal(other.received[1]!.headers.authorization, undefined);
});

test('another header than Authorization can be sent; an entry without a host is refused unseen', async (t) => {
  const { origin, port, received } = await serve(t, (request, response) =>
    answerWith(FILE, request, response),
  );
  const environment = { WORDMILL_HTTP_AUTHORIZATION: `127.0.0.1:${port}=X-Api-Key: abc=def` };
  await fetchText(`${origin}/a.txt`, {}, { environment });
  assert.equal(received[0]!.headers['x-api-key'], 'abc=def');
  assert.equal(received[0]!.headers.authorization, undefined);
  await assert.rejects(
    fetchText(`${origin}/a.txt`, {}, { environment: { WORDMILL_HTTP_AUTHORIZATION: 'Bearer hidden' } }),
    (error: Error) =>
      !error.message.includes('hidden') && failsWith('usage', /AUTHORIZATION.*HOST=VALUE/)(error),
  );
});

test('a user name or a password in a URL is refused, and shown to nobody', async () => {
  for (const url of [
    'http://user:secret@example.org/a',
    'https://secret@example.org/a?b',
    'http://x:secret@[/a',
  ]) {
    await assert.rejects(
      fetchText(url),
      (error: Error) => !error.message.includes('secret') && failsWith('usage')(error),
    );
  }
  await assert.rejects(fetchText('http://example.org/a#sha265=00'), failsWith('usage', /only sha256=/));
  await assert.rejects(fetchText('s3://bucket/a.txt'), failsWith('usage', /s3:\/\/ is not read here/));
});

test('a proxy passes plain requests on, and makes tunnels; NO_PROXY goes past it; capitals count as well', async (t) => {
  const server = await serve(t, (request, response) => answerWith(FILE, request, response));
  const asked: string[] = [];
  const proxy = createServer((request, response) => {
    asked.push(`${request.headers['proxy-authorization']} ${request.url}`);
    plainRequest(request.url!, { method: request.method!, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    }).end();
  });
  proxy.on('connect', (request, socket) => {
    asked.push(`CONNECT ${request.url}`);
    const status = asked.length === 1 ? '503 Not Now' : '403 Forbidden';
    socket.end(`HTTP/1.1 ${status}\r\n\r\n`);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  const address = `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const url = `${server.origin}/a.txt`;
  for (const name of ['http_proxy', 'HTTP_PROXY']) {
    const environment = { [name]: `http://user:word@${address}` };
    assert.equal((await fetchText(url, {}, { environment })).text, 'text\n');
    assert.equal(asked.pop(), `Basic ${Buffer.from('user:word').toString('base64')} ${url}`);
  }
  assert.equal((await fetchText(url, {}, { environment: { http_proxy: address } })).text, 'text\n');
  assert.equal(asked.pop(), `undefined ${url}`);
  for (const name of ['no_proxy', 'NO_PROXY']) {
    const environment = { http_proxy: `http://${address}`, [name]: '127.0.0.1' };
    assert.equal((await fetchText(url, {}, { environment })).text, 'text\n');
    assert.deepEqual(asked, []);
  }
  await assert.rejects(
    fetchText(
      'https://example.org/a.txt',
      { retries: 1 },
      { environment: { HTTPS_PROXY: `http://${address}` } },
    ),
    failsWith('unavailable', /the proxy does not pass this request on\n.*https_proxy/),
  );
  // What passes is tried again; being forbidden does not.
  assert.deepEqual(asked, ['CONNECT example.org:443', 'CONNECT example.org:443']);
  await assert.rejects(
    fetchText(url, {}, { environment: { http_proxy: 'ftp://user:secret@proxy' } }),
    (error: Error) => !error.message.includes('secret') && failsWith('usage', /http_proxy/)(error),
  );
});
