"""Times gensim's most_similar, and NumPy's product and argpartition for a batch, whenever a line asks for one."""
import sys
import time

import numpy
from gensim.models import KeyedVectors

rows, dimensions, batch, count = map(int, sys.argv[1:])
vectors = KeyedVectors(dimensions)
data = numpy.random.default_rng(1).random((rows, dimensions), dtype="float32") - 0.5
vectors.add_vectors([str(row) for row in range(rows)], data)
vectors.fill_norms()
unit = vectors.get_normed_vectors()
print(0, flush=True)
asked = 0
for line in sys.stdin:
    start = time.perf_counter()
    if line.strip() == "one":
        vectors.most_similar(str(asked), topn=count)
    else:
        scores = unit[asked : asked + batch] @ unit.T
        best = numpy.argpartition(scores, rows - count, axis=1)[:, rows - count :]
        numpy.take_along_axis(scores, best, axis=1).sort(axis=1)
    print(time.perf_counter() - start, flush=True)
    asked += batch
