import type { OptionProblem } from '../core/options.js';
import type { ResolvedTaggerDefinition } from './tagger-schema.js';

/** Options that say something only beside another one. */
const EFFECTS: readonly {
  readonly path: readonly [section: 'vectors' | 'model' | 'train', key: string];
  /** Why it says nothing in this definition; undefined where it does. */
  readonly idle: (definition: ResolvedTaggerDefinition) => string | undefined;
}[] = [
  {
    path: ['vectors', 'rate'],
    idle: ({ vectors }) =>
      vectors.file === undefined
        ? 'without vectors.file'
        : vectors.frozen
          ? 'on vectors that are frozen'
          : undefined,
  },
  {
    path: ['vectors', 'maxWords'],
    idle: ({ vectors }) => (vectors.file === undefined ? 'without vectors.file' : undefined),
  },
  { path: ['model', 'minCount'], idle: frozen },
  { path: ['train', 'unknownShare'], idle: frozen },
  ...['characterDimensions', 'characterUnits'].map((key) => ({
    path: ['model', key] as const,
    idle: ({ model }: ResolvedTaggerDefinition) =>
      model.characters ? undefined : 'with model.characters: false',
  })),
  {
    path: ['model', 'shapeDimensions'],
    idle: ({ model }) => (model.shapes ? undefined : 'with model.shapes: false'),
  },
  {
    path: ['train', 'patience'],
    idle: ({ data }) => (data.development === undefined ? 'without data.development' : undefined),
  },
];

function frozen({ vectors }: ResolvedTaggerDefinition): string | undefined {
  return vectors.frozen ? 'where vectors are frozen: words without one are all unknown' : undefined;
}

/**
 * What a definition says to no effect. A value that is the default is let pass: a resolved definition has all of them.
 *
 * @param defaults a definition that says nothing but what it must
 */
export function problemsOfEffect(
  definition: ResolvedTaggerDefinition,
  defaults: ResolvedTaggerDefinition,
): OptionProblem[] {
  return EFFECTS.flatMap(({ path: [section, key], idle }) => {
    const valueIn = (of: ResolvedTaggerDefinition) => (of[section] as Record<string, unknown>)[key];
    const why = valueIn(definition) === valueIn(defaults) ? undefined : idle(definition);
    return why === undefined
      ? []
      : [{ path: [section, key], problem: `has no effect ${why}`, hint: 'Leave it out.' }];
  });
}
