"""scikit-learn's t-SNE of float32 rows, timed; and the trustworthiness of anybody's map of them.

    python sklearn_tsne.py map DATA ROWS OUT               seconds
    python sklearn_tsne.py trustworthiness DATA ROWS MAP   share
"""

import sys
import time

import numpy as np
from sklearn.manifold import TSNE, trustworthiness

task, data, rows, path = sys.argv[1:]
x = np.fromfile(data, np.float32).reshape(int(rows), -1)
if task == "map":
    start = time.perf_counter()
    positions = TSNE(init="pca", random_state=1, n_jobs=-1).fit_transform(x)
    print(time.perf_counter() - start)
    positions.astype(np.float64).tofile(path)
else:
    print(trustworthiness(x, np.fromfile(path, np.float64).reshape(-1, 2), n_neighbors=10))
