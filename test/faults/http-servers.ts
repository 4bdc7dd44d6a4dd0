import type { IncomingMessage, ServerResponse } from 'node:http';
import { Random } from '../../src/core/random.js';
import { answerWith, rangeStart, type ServedFile, sendPart, serve } from '../sources/http/server.js';
import type { AllowedEnding, Fault } from './support/fault.js';
import { TEXT, train, trainDeterministic, trainGlove } from './support/jobs.js';
import type { Scene } from './support/scene.js';

const FILE: ServedFile = { content: TEXT, etag: '"one"' };
const OTHER: ServedFile = { content: Buffer.from(TEXT).reverse(), etag: '"two"' };

const RETRIES = 2;
/** Waits that do not make rounds long, for the run that has a bad server. */
const HURRY = [
  ...['--http-retries', String(RETRIES), '--http-retry-wait', '0.01', '--http-max-retry-wait', '0.05'],
  ...['--http-stall-timeout', '1', '--http-headers-timeout', '1'],
];

const GIVEN_UP: AllowedEnding = { code: 69, says: /corpus\.txt.*; 2 retries did not help/ };
const CHANGED: AllowedEnding = { code: 75, says: /corpus\.txt.*the file changed on the server/ };

/** An answer in the place of the right one. */
type BadAnswer = (request: IncomingMessage, response: ServerResponse, random: Random) => void;

/** A server that answers some requests badly, one after another, and is in order for the next run. */
function faultyServer(server: {
  name: string;
  what: string;
  endings: readonly AllowedEnding[];
  /** How bad it is; one is drawn for all bad answers of a round. */
  bad: readonly BadAnswer[];
  /** Whether the questions what the file is (HEAD) are answered badly, too. */
  heads?: true;
  /** Whether it is bad until the run ends. */
  always?: true;
}): Fault {
  const repaired = new WeakMap<Scene, () => void>();
  return {
    name: `http-${server.name}`,
    description: `${server.what}: the right result after further requests, or a message.`,
    jobs: [train, trainDeterministic, trainGlove],
    endings: [...server.endings, { code: 0 }],
    shortRounds: 1,
    resumes: true,
    // Under their final names alone.
    keeps: /^cache\/[0-9a-f]{32}(\.json|-[0-9a-f]{64})$/,
    async disturb(scene) {
      // Of its own: the order of requests is to change nothing else.
      const random = new Random(scene.random.below(2 ** 30));
      const bad = server.bad[random.below(server.bad.length)]!;
      // As many as a run bears in a row, or more.
      let left = server.always ? Number.POSITIVE_INFINITY : 1 + random.below(2 * RETRIES + 2);
      repaired.set(scene, () => (left = 0));
      const { origin } = await serve(
        { after: (close) => scene.onRemove(async () => close()) },
        (request, response) => {
          const isMeant = request.method === 'GET' || server.heads === true;
          if (isMeant && left-- > 0) bad(request, response, random);
          else answerWith(FILE, request, response);
        },
      );
      const cache = random.below(2) === 0 ? ['--http-cache', 'cache'] : [];
      scene.env.http_proxy = '';
      scene.arguments = scene.job.arguments
        .map((word) => (word === 'corpus.txt' ? `${origin}/corpus.txt` : word))
        .concat(cache);
      return scene.run(HURRY);
    },
    async mend(scene) {
      repaired.get(scene)!();
    },
  };
}

/** Some of the file, from where it is asked for, and then whatever happens to the connection. */
function partThen(then: (response: ServerResponse) => void): BadAnswer {
  return (request, response, random) => {
    const from = rangeStart(request) ?? 0;
    const rest = { ...FILE, content: FILE.content.subarray(from) };
    const { length } = FILE.content;
    if (from > 0) response.setHeader('content-range', `bytes ${from}-${length - 1}/${length}`);
    const part = random.below(rest.content.length + 1);
    if (request.method === 'HEAD') then(response);
    else sendPart(rest, part, response, () => then(response), from > 0 ? 206 : 200);
  };
}

function failure(status: number, headers: Record<string, string> = {}): BadAnswer {
  return (_request, response) => void response.writeHead(status, headers).end('sorry');
}

/** A part of the file that nobody asked for, under whatever name. */
function wrongPart(range: (from: number, random: Random) => string | undefined): BadAnswer {
  return (request, response, random) => {
    const from = rangeStart(request) ?? 0;
    const said = range(from, random);
    response.writeHead(206, { etag: FILE.etag!, ...(said !== undefined && { 'content-range': said }) });
    response.end(FILE.content.subarray(random.below(FILE.content.length)));
  };
}

const { length } = TEXT;

/** Servers that fail, each in its way. */
export const faultyServers: readonly Fault[] = [
  faultyServer({
    name: 'stalling',
    what: 'A server sends a part of the file, or nothing, and then no more',
    endings: [GIVEN_UP],
    bad: [partThen(() => {}), () => {}],
    heads: true,
  }),
  faultyServer({
    name: 'breaking-off',
    what: 'A server sends a part of the file, or nothing, and the connection is reset or closed',
    endings: [GIVEN_UP],
    bad: [
      partThen((response) => response.socket!.resetAndDestroy()),
      partThen((response) => response.socket!.end()),
      (_request, response) => response.socket!.destroy(),
      (_request, response) => void response.socket!.end('this is no HTTP\r\n'),
    ],
    heads: true,
  }),
  faultyServer({
    name: 'failing',
    what: 'A server answers 500, 503 or 429, with Retry-After or without',
    endings: [GIVEN_UP],
    bad: [
      failure(500),
      failure(503),
      failure(429),
      failure(429, { 'retry-after': '3600' }),
      failure(503, { 'retry-after': 'nonsense' }),
    ],
    heads: true,
  }),
  faultyServer({
    name: 'wrong-part',
    what: 'A server answers with a part (206) that was not asked for, or that it says nothing of',
    endings: [GIVEN_UP, CHANGED],
    bad: [
      wrongPart((from) => `bytes ${from + 1000}-${length - 1}/${length}`),
      wrongPart((from) => `bytes ${from}-${length - 1}/${length}`),
      wrongPart((from, random) => `bytes ${from}-${length - 1}/${random.below(2 * length)}`),
      wrongPart(() => 'nonsense'),
      wrongPart(() => undefined),
    ],
  }),
  faultyServer({
    name: 'changing',
    what: 'The file on a server is another one after it was listed, or after a part of it had come',
    // It may break off as often as a run bears, and not change meanwhile.
    endings: [CHANGED, GIVEN_UP],
    bad: [
      (request, response) => answerWith(OTHER, request, response),
      (request, response, random) => {
        if (random.below(2) === 0) partThen((broken) => broken.destroy())(request, response, random);
        else answerWith(OTHER, request, response);
      },
      (request, response, random) => {
        delete request.headers['if-range'];
        if (random.below(2) === 0) partThen((broken) => broken.destroy())(request, response, random);
        else answerWith(OTHER, request, response);
      },
      (request, response, random) =>
        answerWith({ ...FILE, content: TEXT.subarray(0, random.below(length)) }, request, response),
    ],
    always: true,
  }),
];
