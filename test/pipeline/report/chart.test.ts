import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Chart, chartHtml } from '../../../src/pipeline/report/chart.js';

const CHART: Chart = {
  title: 'Loss',
  x: { label: 'words trained', format: (value) => `${value} words` },
  lines: [
    {
      label: 'in training',
      points: [
        { x: 100, y: 2 },
        { x: 200, y: 1 },
      ],
    },
    { label: 'held out', points: [{ x: 200, y: 1.5 }], dots: true },
  ],
  format: (value) => value.toFixed(2),
  marks: [100],
};

describe('a chart', () => {
  const html = chartHtml(CHART);

  test('has its numbers in a table, a row for each place and a column for each line', () => {
    const rows = [...html.matchAll(/<tr[^>]*>(.*?)<\/tr>/g)].map(([, row]) =>
      [...row!.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/g)].map(([, cell]) => cell),
    );
    assert.deepEqual(rows, [
      ['words trained', 'in training', 'held out'],
      ['100 words', '2.00', ''],
      ['200 words', '1.00', '1.50'],
    ]);
  });

  test('draws them on axes from 0 to 200, and from 1 to 2', () => {
    assert.match(html, /<path class="line line-0" d="M500 0L1000 1000"\/>/);
    assert.match(html, /<path class="dots line-1" d="M1000 500h0"\/>/);
    assert.match(html, /<path class="mark" d="M500 0V1000"\/>/);
    assert.match(html, /<span class="y" style="bottom:50%">1\.5<\/span>/);
    assert.match(html, /<span class="x" style="left:50%">100<\/span>/);
  });

  test('tells where its table lies on the drawing, for the script', () => {
    assert.match(html, /<tr data-x="0\.5"><th[^>]*>100 words<\/th><td data-y="1">2\.00/);
    assert.match(
      html,
      /<tr data-x="1"><th[^>]*>200 words<\/th><td data-y="0">1\.00<\/td><td data-y="0\.5">1\.50/,
    );
  });

  test('tells those who do not see it how each line begins and ends', () => {
    assert.match(
      html,
      /aria-label="Loss over words trained: in training from 2\.00 to 1\.00; held out from 1\.50 to 1\.50\. /,
    );
  });

  test('shows a line of one point as a dot', () => {
    const [line] = CHART.lines;
    const one = chartHtml({ ...CHART, lines: [{ ...line!, points: [{ x: 1, y: 1 }] }] });
    assert.match(one, /<path class="dots line-0" d="M1000 500h0"\/>/);
  });

  test('shows names as they are, whatever is in them', () => {
    const label = '<script>alert("x & y")</script>';
    const shown = chartHtml({
      ...CHART,
      title: label,
      lines: CHART.lines.map((line) => ({ ...line, label })),
    });
    assert.doesNotMatch(shown, /<script/);
    assert.match(shown, /<h3>&lt;script&gt;alert\(&quot;x &amp; y&quot;\)&lt;\/script&gt;<\/h3>/);
  });
});
