#include "token_merge.h"

#include <cstring>

namespace wordmill {

namespace {

/** Copies a range of tokens whose first byte is `from`, and moves the target on. */
struct Target {
  uint8_t* bytes;
  uint32_t* tokenEnds;
  size_t byteCount = 0;
  size_t tokenCount = 0;

  void append(const uint8_t* source, const uint32_t* ends, size_t firstToken, size_t lastToken) {
    if (firstToken == lastToken) return;
    const uint32_t from = firstToken == 0 ? 0 : ends[firstToken - 1];
    const uint32_t to = ends[lastToken - 1];
    std::memcpy(bytes + byteCount, source + from, to - from);
    const uint32_t moved = static_cast<uint32_t>(byteCount) - from;  // Wraps round where tokens move to the front.
    for (size_t token = firstToken; token < lastToken; token++) tokenEnds[tokenCount++] = ends[token] + moved;
    byteCount += to - from;
  }
};

}  // namespace

MergedSize mergedSize(const TextSplitter& splitter, const OpenWords& open) {
  size_t tokens = 0;
  for (size_t i = 0; i < splitter.open().size(); i++) tokens += open.counts[i];
  const size_t bytes = tokens == 0 ? 0 : open.tokenEnds[tokens - 1];
  return {splitter.byteCount() + bytes, splitter.tokenCount() + tokens};
}

MergedTokens merge(const TextSplitter& splitter, const OpenWords& open, uint32_t maxSentence, uint8_t* bytes,
                   uint32_t* tokenEnds) {
  Target target{bytes, tokenEnds};
  size_t done = 0;
  size_t openDone = 0;
  for (size_t i = 0; i < splitter.open().size(); i++) {
    const size_t before = splitter.open()[i].tokens;
    target.append(splitter.bytes(), splitter.tokenEnds(), done, before);
    target.append(open.bytes, open.tokenEnds, openDone, openDone + open.counts[i]);
    done = before;
    openDone += open.counts[i];
  }
  target.append(splitter.bytes(), splitter.tokenEnds(), done, splitter.tokenCount());

  MergedTokens merged;
  size_t stretch = 0;
  size_t openTokens = 0;
  size_t unitStart = 0;
  for (const UnitEnd& unit : splitter.unitEnds()) {
    for (; stretch < unit.open; stretch++) openTokens += open.counts[stretch];
    const size_t end = unit.tokens + openTokens;
    if (end == unitStart) {
      merged.emptyUnits++;
      continue;
    }
    for (size_t cut = unitStart + maxSentence; cut < end; cut += maxSentence) {
      merged.sentenceEnds.push_back(static_cast<uint32_t>(cut));
    }
    merged.sentenceEnds.push_back(static_cast<uint32_t>(end));
    unitStart = end;
  }
  return merged;
}

}  // namespace wordmill
