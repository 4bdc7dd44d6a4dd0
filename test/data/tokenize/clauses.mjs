// A tokenizing module: a stage. It makes each clause, up to a comma, a sentence of its own, and yields plain arrays.
export default async function* clauses(input, context) {
  for await (const { bytes } of input) {
    context.report.count('clauses', 'blocks');
    yield Buffer.from(bytes)
      .toString()
      .split(/[,\n]/)
      .map((clause) => clause.split(' ').filter(Boolean));
  }
}
