"""Scores vectors with gensim's own evaluators. Prints one line of JSON: scores by test set."""

import argparse
import json

from gensim.models import KeyedVectors

parser = argparse.ArgumentParser()
parser.add_argument("vectors")
parser.add_argument("--binary", action="store_true")
parser.add_argument("--wordsim353", required=True)
parser.add_argument("--simlex999", required=True)
parser.add_argument("--analogies", required=True)
options = parser.parse_args()

vectors = KeyedVectors.load_word2vec_format(options.vectors, binary=options.binary)
print(
    json.dumps(
        {
            "wordsim353": float(vectors.evaluate_word_pairs(options.wordsim353)[1][0]),
            "simlex999": float(vectors.evaluate_word_pairs(options.simlex999)[1][0]),
            # Questions whose four words are all among the 30,000 most frequent.
            "analogies": float(vectors.evaluate_word_analogies(options.analogies, restrict_vocab=30000)[0]),
        }
    )
)
