/** A figure for Prometheus: a gauge, with one value for each set of labels. */
export interface Metric {
  readonly name: string;
  /** What it is, in a line. */
  readonly help: string;
  readonly values: readonly MetricValue[];
}

export interface MetricValue {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/**
 * Metrics in Prometheus' text format, version 0.0.4, as the node exporter's textfile collector reads it.
 *
 * Source: Prometheus documentation, "Exposition formats", text-based format: lines `# HELP`, `# TYPE`, and
 * `name{label="value"} number`; in help `\` and line feeds are escaped, in label values quotes too.
 */
export function prometheusText(metrics: readonly Metric[]): string {
  return metrics
    .filter(({ values }) => values.length > 0)
    .map(metricLines)
    .join('');
}

function metricLines({ name, help, values }: Metric): string {
  const lines = values.map(({ labels, value }) => `${name}${labelText(labels)} ${numberText(value)}`);
  return [`# HELP ${name} ${escaped(help)}`, `# TYPE ${name} gauge`, ...lines, ''].join('\n');
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(
    ([name, value]) => `${name}="${escaped(value).replaceAll('"', '\\"')}"`,
  );
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function numberText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}
