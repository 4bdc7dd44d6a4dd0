import { gzipSync } from 'node:zlib';
import { openContext } from '../../../src/core/run.js';
import { nothing } from '../../../src/core/stage.js';
import { files } from '../../../src/sources/files.js';
import { text } from '../../../src/sources/text.js';
import { tar, zip } from '../../sources/archives/make.js';
import { inChunks } from '../mutate.js';
import type { FuzzTarget } from '../target.js';

const DUMP = `<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" xml:lang="en">
  <siteinfo><namespaces><namespace key="0" /><namespace key="14">Category</namespace></namespaces></siteinfo>
  <page><title>One</title><ns>0</ns><id>1</id><revision><id>2</id><text xml:space="preserve">'''One''' is a [[number|word]] &amp; {{a|{{b}}}} more.&lt;ref name="x"&gt;y&lt;/ref&gt;
{| class="t"
| cell
|}
== Head ==
* a [https://example.org link] [[File:a.jpg|thumb|of [[b]]]]</text></revision></page>
  <page><title>Two</title><ns>0</ns><redirect title="One" /><revision><text>#REDIRECT [[One]]</text></revision></page>
</mediawiki>
`;
const MEMBERS = [
  { name: 'a.txt', content: Buffer.from('one two\n') },
  { name: 'b/c.txt.gz', content: gzipSync('three four\n') },
];

/** Texts within other things: dumps, and archives as files and from a pipe. */
export const packedTexts: readonly FuzzTarget[] = [
  {
    name: 'wikipedia',
    seeds: async () => [Buffer.from(DUMP)],
    dictionary: [
      '{{',
      '}}',
      '[[',
      ']]',
      '{|',
      '|}',
      "'''",
      '&lt;ref&gt;',
      '&lt;nowiki&gt;',
      '<page>',
      '</text>',
      '&#x110000;',
    ],
    read: (bytes, _file, random) =>
      readAll(text(inChunks(bytes, random), { format: random.below(2) === 0 ? 'wikipedia' : 'auto' })),
  },
  ...Object.entries({ tar: async () => tar(...MEMBERS), zip: async () => zip(...MEMBERS) }).map(
    ([name, make]): FuzzTarget => ({
      name,
      seeds: async () => [await make()],
      read: (bytes, file, random) =>
        readAll(random.below(2) === 0 ? files(file) : text(inChunks(bytes, random))),
    }),
  ),
];

async function readAll(source: ReturnType<typeof text>): Promise<void> {
  const { context, close } = openContext();
  try {
    for await (const { bytes } of source(nothing(), context)) {
      if (bytes.at(-1) !== 0x0a) throw new Error('a block that does not end with a line');
    }
  } finally {
    await close();
  }
}
