// Writes the JSON Schemas of definitions, made from the compiled sources, for editors.
import { writeFileSync } from 'node:fs';

const compiled = (name) => import(new URL(`../dist/pipeline/${name}.js`, import.meta.url).href);
const { definitionJsonSchema } = await compiled('schema');
const { languageModelJsonSchema } = await compiled('language-model-schema');
const { taggerJsonSchema } = await compiled('tagger-schema');

write('definition', definitionJsonSchema());
write('language-model', languageModelJsonSchema());
write('tagger', taggerJsonSchema());

function write(name, schema) {
  const path = new URL(`../dist/${name}.schema.json`, import.meta.url);
  writeFileSync(path, `${JSON.stringify(schema, null, 2)}\n`);
}
