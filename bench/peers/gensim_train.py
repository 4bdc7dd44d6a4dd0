"""Trains skip-gram with gensim from a ready-tokenised file and saves word2vec text: the peer of the main job.

Prints one line of JSON: the seconds of each step inside the process.
"""

import argparse
import json
import time

started = time.perf_counter()
from gensim.models import Word2Vec  # noqa: E402

parser = argparse.ArgumentParser()
parser.add_argument("corpus")
parser.add_argument("output")
parser.add_argument("--dimensions", type=int, default=100)
parser.add_argument("--epochs", type=int, default=1)
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--threads", type=int, default=2)
options = parser.parse_args()

imported = time.perf_counter()
model = Word2Vec(
    vector_size=options.dimensions,
    window=5,
    negative=5,
    sample=1e-4,
    min_count=5,
    alpha=0.025,
    sg=1,
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
            "vocabulary": counted - imported,
            "train": trained - counted,
            "save": saved - trained,
            "words": len(model.wv),
        }
    )
)
