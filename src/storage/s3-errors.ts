import { abortError, systemCode, WordmillError } from '../core/errors.js';
import { outputError } from '../core/outputs.js';
import { PassingFailure } from './retries.js';

/** Answers below 500 that may be others the next time: slow clients, conflicts of writers, too many requests. */
const PASSING_STATUS: readonly (number | undefined)[] = [408, 409, 425, 429];

const PASSING_NAMES: readonly string[] = [
  'InternalError',
  'RequestTimeTooSkewed',
  'RequestTimeout',
  'ServiceUnavailable',
  'SlowDown',
  'ThrottlingException',
  'TimeoutError',
];

/** Codes of failures on this machine's disk, where the others are of the network. */
const LOCAL: readonly (string | undefined)[] = [
  'EACCES',
  'EDQUOT',
  'EEXIST',
  'EISDIR',
  'ENOENT',
  'ENOSPC',
  'ENOTDIR',
  'EPERM',
  'EROFS',
];

const CHECKSUM_HINT =
  'Some services know no checksums of requests: then set AWS_REQUEST_CHECKSUM_CALCULATION=when_required.';

/** The status of an answer that the SDK has made an error of; undefined where there was no answer. */
export function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } } | null)?.$metadata?.httpStatusCode;
}

/**
 * An error of the SDK as an error that a user reads. Only the name and the status of an answer go into it: what a service
 * writes may repeat keys.
 *
 * @param name the object, as `s3://BUCKET/KEY`
 * @param path of the local file, where there is one
 */
export function s3Error(error: unknown, name: string, signal?: AbortSignal, path = name): WordmillError {
  if (signal?.aborted) return abortError(signal);
  if (error instanceof WordmillError) return error;
  const details = { place: { file: name }, cause: error };
  const { name: called, message } = error as Error;
  const status = statusOf(error);
  if (status === undefined && LOCAL.includes(systemCode(error))) {
    return outputError(error, path, 'cache');
  }
  if (called === 'CredentialsProviderError' || message === 'Region is missing') {
    const what = called === 'CredentialsProviderError' ? 'credentials' : 'region';
    return new WordmillError('cannotCreate', `no ${what} for the storage service`, {
      ...details,
      hint:
        what === 'region'
          ? 'Set AWS_REGION; services other than AWS mostly take us-east-1.'
          : 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or have them in ~/.aws/credentials; roles of machines work too.',
    });
  }
  if (isPassing(called, status, error)) {
    const answer = status === undefined ? message : `${status} ${called}`;
    return new PassingFailure(`the storage service does not answer as it should: ${answer}`, details);
  }
  const answer = `${status ?? 'no answer'} ${called}`;
  if (called === 'NoSuchBucket') {
    return new WordmillError('cannotCreate', 'the bucket does not exist', {
      ...details,
      hint: 'Create it first, or look at AWS_ENDPOINT_URL and AWS_REGION.',
    });
  }
  if (status === 401 || status === 403 || called === 'ExpiredToken') {
    return new WordmillError('cannotCreate', `the storage service does not allow this (${answer})`, {
      ...details,
      hint: 'The credentials need s3:GetObject, s3:PutObject, s3:DeleteObject and s3:AbortMultipartUpload on the objects and s3:ListBucket on the bucket.',
    });
  }
  if (status === 301 || status === 307) {
    return new WordmillError('cannotCreate', `the bucket is in another region (${answer})`, {
      ...details,
      hint: 'Set AWS_REGION to the region of the bucket.',
    });
  }
  return new WordmillError('inputOutput', `the storage service refused this (${answer})`, {
    ...details,
    ...((status === 400 || status === 501) && { hint: CHECKSUM_HINT }),
  });
}

function isPassing(name: string, status: number | undefined, error: unknown): boolean {
  if (PASSING_NAMES.includes(name) || PASSING_STATUS.includes(status)) return true;
  // An answer that began well and could not be read was cut off; a network's error has a code of the system's.
  if (status === undefined) return systemCode(error) !== undefined;
  return (status >= 500 && status !== 501) || status < 300;
}
