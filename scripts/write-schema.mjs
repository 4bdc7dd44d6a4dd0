// Writes the JSON Schema of pipeline definitions, made from the compiled sources, for editors.
import { writeFileSync } from 'node:fs';

const { definitionJsonSchema } = await import(new URL('../dist/pipeline/schema.js', import.meta.url).href);

writeFileSync(
  new URL('../dist/definition.schema.json', import.meta.url),
  `${JSON.stringify(definitionJsonSchema(), null, 2)}\n`,
);
