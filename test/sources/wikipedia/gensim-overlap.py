"""How many words the articles of a dump, as gensim strips them of mark-up, share with articles on standard input."""
import bz2
import collections
import json
import re
import statistics
import sys

from gensim.corpora.wikicorpus import extract_pages, filter_wiki


def words(text):
    return collections.Counter(re.findall(r"\w+", text.lower()))


ours = [article for article in sys.stdin.read().split("\n\n") if article.strip()]
theirs = []
with bz2.open(sys.argv[1]) as dump:
    for title, text, _ in extract_pages(dump, filter_namespaces=("0",)):
        if text and not re.match(r"\s*#\s*redirect", text, re.I) and not title.startswith("Wikipedia:"):
            theirs.append(filter_wiki(text))
pairs = [(words(a), words(b)) for a, b in zip(ours, theirs, strict=True)]
shared = [(a & b).total() for a, b in pairs]
print(json.dumps({
    "articles": len(pairs),
    "ofOurs": sum(shared) / sum(a.total() for a, _ in pairs),
    "ofGensims": sum(shared) / sum(b.total() for _, b in pairs),
    "medianOfOurs": statistics.median(s / max(1, a.total()) for s, (a, _) in zip(shared, pairs)),
}))
