"""Trains word2vec with gensim from a ready-tokenised file and saves word2vec text.

Prints one line of JSON: the seconds of each step inside the process, and the size of the vocabulary.
"""

import argparse
import json
import time

started = time.perf_counter()
from gensim.models import Word2Vec  # noqa: E402

parser = argparse.ArgumentParser()
parser.add_argument("corpus")
parser.add_argument("output")
parser.add_argument("--model", choices=["skipgram", "cbow"], default="skipgram")
parser.add_argument("--loss", choices=["negative", "hierarchical"], default="negative")
parser.add_argument("--dimensions", type=int, default=100)
parser.add_argument("--learning-rate", type=float, default=0.025)
parser.add_argument("--epochs", type=int, default=1)
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--threads", type=int, default=2)
options = parser.parse_args()


class TimedWord2Vec(Word2Vec):
    """Notes how long the pass over the text takes that counts words, without what else `build_vocab` does."""

    scan_seconds = 0.0

    def scan_vocab(self, *args, **settings):
        start = time.perf_counter()
        result = super().scan_vocab(*args, **settings)
        self.scan_seconds = time.perf_counter() - start
        return result


imported = time.perf_counter()
hierarchical = options.loss == "hierarchical"
model = TimedWord2Vec(
    vector_size=options.dimensions,
    window=5,
    negative=0 if hierarchical else 5,
    hs=1 if hierarchical else 0,
    sample=1e-4,
    min_count=5,
    alpha=options.learning_rate,
    sg=1 if options.model == "skipgram" else 0,
    workers=options.threads,
    seed=options.seed,
)
model.build_vocab(corpus_file=options.corpus)
counted = time.perf_counter()
model.train(
    corpus_file=options.corpus,
    total_examples=model.corpus_count,
    total_words=model.corpus_total_words,
    epochs=options.epochs,
)
trained = time.perf_counter()
model.wv.save_word2vec_format(options.output)
saved = time.perf_counter()
print(
    json.dumps(
        {
            "import": imported - started,
            "scan": model.scan_seconds,
            "vocabulary": counted - imported,
            "train": trained - counted,
            "save": saved - trained,
            "words": len(model.wv),
        }
    )
)
