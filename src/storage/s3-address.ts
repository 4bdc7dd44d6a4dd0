import { WordmillError } from '../core/errors.js';
import { isKey } from './keys.js';

/** Where objects are in an S3-compatible service. */
export interface S3Place {
  readonly bucket: string;
  /** What keys have before them: empty, or with a slash at its end. */
  readonly prefix: string;
}

/** Names of buckets, old ones too, which may have capital letters and underscores. */
const BUCKET = /^[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]$/;

const HINT = 'Write s3://BUCKET/PREFIX, such as s3://corpora/wordmill.';

/**
 * Reads `s3://BUCKET/PREFIX`.
 *
 * @throws WordmillError `usage` for anything else, with what to write. Nothing of user names and passwords is in it.
 */
export function s3Place(address: string): S3Place {
  const rest = /^s3:\/\/(.*)$/is.exec(address)?.[1];
  if (rest === undefined)
    throw new WordmillError('usage', 'two slashes are missing after s3:', { hint: HINT });
  if (rest.includes('@')) {
    throw new WordmillError('usage', 'the address of the storage has a user name or password in it', {
      hint: 'Write s3://BUCKET/PREFIX, and give keys by AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or ~/.aws/credentials.',
    });
  }
  if (/[?#]/.test(rest)) {
    throw new WordmillError('usage', 'the address of the storage has a ? or # in it', {
      hint: `${HINT} The service and its region are given by AWS_ENDPOINT_URL and AWS_REGION.`,
    });
  }
  const [bucket = '', ...parts] = rest.replace(/\/$/, '').split('/');
  if (bucket === '')
    throw new WordmillError('usage', 'the address of the storage names no bucket', { hint: HINT });
  if (!BUCKET.test(bucket)) {
    const port = /:\d+$/.test(bucket) ? ' Give the service by AWS_ENDPOINT_URL=http://HOST:PORT.' : '';
    throw new WordmillError('usage', `no bucket is called '${bucket}'`, { hint: HINT + port });
  }
  const prefix = parts.join('/');
  if (prefix !== '' && (!isKey(prefix) || prefix.length > 200)) {
    throw new WordmillError('usage', `storage cannot be under the prefix '${prefix.slice(0, 250)}'`, {
      hint: 'Use letters, digits, -, _, . and single slashes, no dot first, and at most 200 of them.',
    });
  }
  return { bucket, prefix: prefix === '' ? '' : `${prefix}/` };
}
