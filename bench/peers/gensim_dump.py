"""Reads a Wikipedia dump with gensim on two processes, to the words of its articles; prints how many there were of both."""

import sys

from gensim.corpora.wikicorpus import WikiCorpus

if __name__ == "__main__":
    corpus = WikiCorpus(sys.argv[1], processes=2, dictionary={}, article_min_tokens=0)
    articles = words = 0
    for text in corpus.get_texts():
        articles += 1
        words += len(text)
    print(articles, words)
