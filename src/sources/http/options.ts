import { z } from 'zod';
import { LONGEST_TIMER } from '../../core/duration.js';
import { positive, wholeNumber } from '../../core/options.js';

const seconds = () => positive().max(LONGEST_TIMER);

/** How files are read from HTTP servers; times in seconds. */
export const httpOptions = z.strictObject({
  connections: wholeNumber(1, 64)
    .default(4)
    .describe('How many URLs are opened at once: the one that is read, and the next ones ahead')
    .meta({ flag: 'http-connections' }),
  retries: wholeNumber(0, 1000)
    .default(5)
    .describe('How often in a row a failed request is made again before the run gives up')
    .meta({ flag: 'http-retries' }),
  retryWait: seconds()
    .default(1)
    .describe('Seconds before the first retry; doubled for each further one, and varied at random')
    .meta({ flag: 'http-retry-wait' }),
  maxRetryWait: seconds()
    .default(120)
    .describe('The longest wait before a retry in seconds, also where a server asks for more (Retry-After)')
    .meta({ flag: 'http-max-retry-wait' }),
  connectTimeout: seconds()
    .default(10)
    .describe('Seconds that connecting may take, the look-up of the name included')
    .meta({ flag: 'http-connect-timeout' }),
  headersTimeout: seconds()
    .default(60)
    .describe('Seconds until a server must begin to answer')
    .meta({ flag: 'http-headers-timeout' }),
  stallTimeout: seconds()
    .default(60)
    .describe('Seconds without a byte after which a download counts as stalled and is resumed')
    .meta({ flag: 'http-stall-timeout' }),
  redirects: wholeNumber(0, 100)
    .default(10)
    .describe('How many redirects are followed one after another')
    .meta({ flag: 'http-redirects' }),
  allowInsecureRedirects: z
    .boolean()
    .default(false)
    .describe('Follow redirects from https to http')
    .meta({ flag: 'http-allow-insecure-redirects' }),
  allowPrivateRedirects: z
    .boolean()
    .default(false)
    .describe('Follow redirects from a public address to a private one')
    .meta({ flag: 'http-allow-private-redirects' }),
  maxBytes: wholeNumber(1)
    .optional()
    .describe('The largest file that is read from a URL, in bytes as they are transferred')
    .meta({ flag: 'http-max-bytes' }),
  cache: z
    .string()
    .min(1)
    .optional()
    .describe(
      'A folder that keeps downloads; a file is fetched again only if the server says that it changed',
    )
    .meta({ flag: 'http-cache' }),
  cacheDays: wholeNumber(1)
    .default(30)
    .describe(
      'After so many days without use a download is removed from the cache, by the next run that uses it',
    )
    .meta({ flag: 'http-cache-days' }),
});

/** How files are read from HTTP servers, all defaults filled in. */
export type HttpOptions = z.infer<typeof httpOptions>;
