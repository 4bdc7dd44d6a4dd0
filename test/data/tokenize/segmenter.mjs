// A tokenizing module: a function from one unit of text to its words. This one segments Japanese with the rules and
// the dictionary that Node brings (ICU).
const segmenter = new Intl.Segmenter('ja', { granularity: 'word' });

export default function* words(text) {
  for (const { segment, isWordLike } of segmenter.segment(text)) if (isWordLike) yield segment;
}
