import { type ErrorPlace, WordmillError } from '../../core/errors.js';
import type { Entity } from '../../formats/tagged-text.js';
import { hasPrefix, mayFollow, partsOf, SCHEMES, type Scheme, type TagParts } from './schemes.js';

export type { Entity } from '../../formats/tagged-text.js';

/** Where tags come from, for messages: the place of the tag at an index of the sentence. */
export type PlaceOfTag = (index: number) => ErrorPlace;

/**
 * The entities that tags mark, in text order, as conlleval reads tags of any scheme, well-formed or not (the script of
 * the CoNLL-2000 shared task, `startOfChunk` and `endOfChunk`; `S-` as seqeval adds it):
 *
 * - an entity ends before `O`, before `B-` and `S-`, after `E-` and `S-`, and where the type changes;
 * - any other tag than `O` that is not within an entity then begins one, be it `I-` or `E-`.
 *
 * @throws WordmillError `data` for a tag that is neither `O` nor `I-`, `B-`, `E-` or `S-` with a type.
 */
export function entitiesOf(tags: readonly string[], placeOf?: PlaceOfTag): Entity[] {
  const entities: Entity[] = [];
  let start = -1;
  let previous: TagParts | undefined;
  const end = (index: number) => {
    if (start !== -1) entities.push({ type: previous!.type, start, end: index });
    start = -1;
  };
  for (const [index, tag] of tags.entries()) {
    const parts = partsOf(tag);
    if (!parts) throw strangeTag(tag, undefined, placeOf?.(index));
    if (previous && endsBetween(previous, parts)) end(index);
    if (start === -1 && parts.prefix !== 'O') start = index;
    previous = parts;
  }
  end(tags.length);
  return entities;
}

function endsBetween(previous: TagParts, next: TagParts): boolean {
  return (
    previous.type !== next.type ||
    previous.prefix === 'E' ||
    previous.prefix === 'S' ||
    next.prefix === 'B' ||
    next.prefix === 'S'
  );
}

/**
 * Refuses tags that a scheme cannot have; with `strict`, also tags that it can have but not one after the other, such
 * as `I-` after `O` in IOB2.
 *
 * @throws WordmillError `data`, with the place of the tag.
 */
export function checkTags(
  scheme: Scheme,
  tags: readonly string[],
  options: { readonly strict?: boolean; readonly placeOf?: PlaceOfTag } = {},
): void {
  const { strict = false, placeOf } = options;
  let previous: TagParts | undefined;
  for (let index = 0; index <= tags.length; index++) {
    const tag = tags[index];
    const parts = tag === undefined ? undefined : partsOf(tag);
    if (tag !== undefined && (!parts || !hasPrefix(scheme, parts.prefix))) {
      throw strangeTag(tag, scheme, placeOf?.(index));
    }
    if (strict && !mayFollow(scheme, previous, parts)) {
      const what = tag === undefined ? 'the end of the sentence' : tag;
      const before = index === 0 ? 'the start of the sentence' : tags[index - 1];
      throw new WordmillError('data', `in ${scheme}, ${what} cannot follow ${before}`, {
        ...(placeOf && { place: placeOf(Math.min(index, tags.length - 1)) }),
        hint: 'Correct the tags, or read them leniently, as conlleval does.',
      });
    }
    previous = parts;
  }
}

/**
 * The tags of a scheme for entities of a sentence.
 *
 * @param entities in text order, without overlap
 * @param length of the sentence, in tokens
 * @throws WordmillError `internal` for entities that are empty, overlap or leave the sentence.
 */
export function tagsFor(scheme: Scheme, entities: readonly Entity[], length: number): string[] {
  const tags = new Array<string>(length).fill('O');
  let before: Entity | undefined;
  for (const entity of entities) {
    const { type, start, end } = entity;
    if (start >= end || start < (before?.end ?? 0) || end > length) {
      throw new WordmillError('internal', `an entity of tokens ${start} to ${end} has no place here`);
    }
    const touches = before?.end === start && before.type === type;
    for (let index = start; index < end; index++) {
      tags[index] = `${prefixFor(scheme, index - start, end - start, touches)}-${type}`;
    }
    before = entity;
  }
  return tags;
}

function prefixFor(scheme: Scheme, index: number, length: number, touches: boolean): string {
  switch (scheme) {
    case 'IO':
      return 'I';
    case 'IOB1':
      return index === 0 && touches ? 'B' : 'I';
    case 'IOB2':
      return index === 0 ? 'B' : 'I';
    case 'BIOES':
      if (length === 1) return 'S';
      return index === 0 ? 'B' : index === length - 1 ? 'E' : 'I';
  }
}

function strangeTag(tag: string, scheme: Scheme | undefined, place?: ErrorPlace): WordmillError {
  const possible = SCHEMES.filter((known) => {
    const parts = partsOf(tag);
    return parts && hasPrefix(known, parts.prefix);
  });
  return new WordmillError(
    'data',
    `${scheme ?? 'no scheme'} ${scheme ? 'cannot have' : 'has'} the tag '${tag}'`,
    {
      ...(place && { place }),
      hint:
        scheme && possible.length > 0
          ? `${possible.join(' and ')} can: choose that scheme, or correct the tag.`
          : 'A tag is O, or one of I-, B-, E- and S- and a type, such as B-PER.',
    },
  );
}
