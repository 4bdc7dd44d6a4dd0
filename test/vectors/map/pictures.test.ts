import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { pngOfSvg } from '../../../src/vectors/map/png.js';
import { mapSvg } from '../../../src/vectors/map/svg.js';
import { peerPython } from '../../support/peers.js';
import { someMap } from './support.js';

const HOSTILE = ['</text><script>alert(1)</script>', '"><!--', "it's & <b>", '\u0001\ud800', ']]>'];

describe('the picture of a map', () => {
  test('has a point for each word, in the colours of its group, and says what it is', () => {
    const svg = mapSvg(someMap(50), { width: 800, height: 600 });
    assert.match(svg, /^<svg [^>]*width="800" height="600"/);
    assert.equal(svg.match(/<circle [^>]*><title>word\d+<\/title>/g)!.length, 50);
    assert.match(svg, /50 words, placed by t‑SNE/);
    assert.match(svg, /not to be trusted for analogies/);
    assert.equal(svg.match(/<path /g)!.length, 2);
    assert.match(svg, /cluster 3 \(\d+\)/);
  });

  const python = peerPython('xml.dom.minidom');
  test('is well-formed whatever the words hold', { skip: python ? false : 'no Python' }, () => {
    const svg = mapSvg(someMap(10, HOSTILE), { theme: 'dark' });
    const script =
      'import sys, xml.dom.minidom as m; d = m.parse(sys.stdin.buffer); print(len(d.getElementsByTagName("script")), "it\'s & <b>" in [t.firstChild.data for t in d.getElementsByTagName("title")])';
    const { stdout, stderr } = spawnSync(python!, ['-c', script], { input: svg, encoding: 'utf8' });
    assert.equal(stdout.trim(), '0 True', stderr);
  });

  test('as PNG has its size, and text in it', async () => {
    const withText = mapSvg(someMap(20), { width: 400, height: 300 });
    const png = await pngOfSvg(withText, 2);
    assert.deepEqual([...png.subarray(0, 8)], [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [800, 600]);
    const without = await pngOfSvg(withText.replaceAll(/<text [^>]*>[^<]*<\/text>/g, ''), 2);
    assert.ok(png.length > 1.3 * without.length);
  });
});
