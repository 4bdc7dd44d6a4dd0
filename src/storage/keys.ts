import { WordmillError } from '../core/errors.js';

/** A part of a key between slashes. One with a leading dot would be hidden, or lead out of the store. */
const PART = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}$/;

/** With a prefix before it, a key still has to be one of S3's, of at most 1,024 bytes. */
const LONGEST_KEY = 800;

/** Whether something can be a part of a key: a run's id, a record's name. */
export function isKeyPart(part: string): boolean {
  return PART.test(part);
}

/** Whether a text is a key. */
export function isKey(key: string): boolean {
  return key.length <= LONGEST_KEY && key.split('/').every(isKeyPart);
}

/** @throws WordmillError `internal` where a text is no key: keys are made by this program, of parts that were checked. */
export function requireKey(key: string): void {
  if (isKey(key)) return;
  throw new WordmillError('internal', `this is no key of an object in storage: '${key.slice(0, 100)}'`);
}

/** @throws WordmillError `internal` where no key can begin like this. */
export function requirePrefix(prefix: string): void {
  const whole = prefix.endsWith('/') ? prefix.slice(0, -1) : prefix;
  if (prefix !== '') requireKey(whole);
}
