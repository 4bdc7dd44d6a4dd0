"""Loads GloVe text with gensim and saves it as word2vec binary."""

import sys

from gensim.models import KeyedVectors

source, target = sys.argv[1:]
KeyedVectors.load_word2vec_format(source, binary=False, no_header=True).save_word2vec_format(target, binary=True)
