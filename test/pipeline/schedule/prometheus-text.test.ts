import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { type Metric, prometheusText } from '../../../src/pipeline/schedule/prometheus-text.js';
import { earlierSuccess, RunFigures } from '../../../src/pipeline/schedule/run-figures.js';
import { peerPython } from '../../support/peers.js';

const METRICS: Metric[] = [
  { name: 'one', help: 'A figure.', values: [{ labels: {}, value: 0.25 }] },
  {
    name: 'some',
    help: 'With \\ and\na second line.',
    values: [
      { labels: { a: 'a "quoted" \\ word', b: 'two\nlines' }, value: 1e21 },
      { labels: { a: '', b: 'ünïcode {}=,' }, value: -3 },
    ],
  },
  { name: 'strange', help: 'Not numbers.', values: [Number.NaN, Infinity, -Infinity].map(labelled) },
  { name: 'none', help: 'Nothing is known of it.', values: [] },
];

function labelled(value: number, place: number) {
  return { labels: { place: String(place) }, value };
}

describe("Prometheus' text format", () => {
  test('has a line of help, a line of its type, and a line for each value', () => {
    assert.equal(
      prometheusText(METRICS),
      [
        '# HELP one A figure.',
        '# TYPE one gauge',
        'one 0.25',
        '# HELP some With \\\\ and\\na second line.',
        '# TYPE some gauge',
        'some{a="a \\"quoted\\" \\\\ word",b="two\\nlines"} 1e+21',
        'some{a="",b="ünïcode {}=,"} -3',
        '# HELP strange Not numbers.',
        '# TYPE strange gauge',
        'strange{place="0"} NaN',
        'strange{place="1"} +Inf',
        'strange{place="2"} -Inf',
        '',
      ].join('\n'),
    );
  });

  test("is read by Prometheus' own client to the same labels and numbers", (context) => {
    const python = peerPython('prometheus_client');
    if (!python) return context.skip('needs prometheus_client: node scripts/peers.mjs prometheus');
    const program = `
import json, sys
from prometheus_client.parser import text_string_to_metric_families
families = text_string_to_metric_families(sys.stdin.read())
print(json.dumps([[f.name, f.type, f.documentation, [[s.labels, repr(float(s.value))] for s in f.samples]] for f in families]))`;
    const { stdout, stderr } = spawnSync(python, ['-c', program], { input: prometheusText(METRICS) });
    assert.equal(String(stderr), '');
    assert.deepEqual(JSON.parse(String(stdout)), [
      ['one', 'gauge', 'A figure.', [[{}, '0.25']]],
      [
        'some',
        'gauge',
        'With \\ and\na second line.',
        [
          [{ a: 'a "quoted" \\ word', b: 'two\nlines' }, '1e+21'],
          [{ a: '', b: 'ünïcode {}=,' }, '-3.0'],
        ],
      ],
      [
        'strange',
        'gauge',
        'Not numbers.',
        [
          [{ place: '0' }, 'nan'],
          [{ place: '1' }, 'inf'],
          [{ place: '2' }, '-inf'],
        ],
      ],
    ]);
  });

  test('of an earlier run tells which pipeline it was and when it last succeeded', () => {
    const name = 'a "b"\\c\nd';
    const end = { exitCode: 74, skipped: false, lastSuccess: 1_700_000_000.5 };
    const text = prometheusText(new RunFigures().metrics(name, end));
    assert.deepEqual(earlierSuccess(text), { pipeline: name, lastSuccess: 1_700_000_000.5 });
    assert.deepEqual(earlierSuccess('nothing of ours'), {});
  });
});
