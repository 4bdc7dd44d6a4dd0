"""Times training steps of an LSTM in Keras, on request: for each line "STEPS" on standard input, a line of seconds.

    python keras_worker.py layer|full

layer: an LSTM over given inputs, forward, backward and update. full: embedding, LSTM and softmax over a vocabulary.
"""

import os
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np
import tensorflow as tf

BATCH, STEPS, EMBEDDING, UNITS, VOCABULARY = 64, 32, 128, 256, 10_000
task = sys.argv[1]
random = np.random.default_rng(1)
optimizer = tf.keras.optimizers.Adam(0.001)
lstm = tf.keras.layers.LSTM(UNITS, return_sequences=True)

if task == "layer":
    inputs = tf.constant(random.uniform(-1, 1, (BATCH, STEPS, EMBEDDING)), tf.float32)
    weights = tf.constant(random.uniform(-1, 1, (BATCH, STEPS, UNITS)), tf.float32)
    lstm.build(inputs.shape)

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(lstm(inputs) * weights)
        gradients = tape.gradient(loss, lstm.trainable_variables)
        optimizer.apply_gradients(zip(gradients, lstm.trainable_variables))
        return loss

else:
    model = tf.keras.Sequential(
        [tf.keras.layers.Embedding(VOCABULARY, EMBEDDING), lstm, tf.keras.layers.Dense(VOCABULARY)]
    )
    ids = random.integers(0, VOCABULARY, (BATCH, STEPS + 1))
    inputs, targets = tf.constant(ids[:, :-1], tf.int32), tf.constant(ids[:, 1:], tf.int32)
    model.build(inputs.shape)

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=targets, logits=model(inputs))
            loss = tf.reduce_mean(losses)
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        return loss


for _ in range(3):
    step().numpy()
print("ready", tf.__version__, flush=True)
for line in sys.stdin:
    times = []
    for _ in range(int(line)):
        start = time.perf_counter()
        step().numpy()
        times.append(time.perf_counter() - start)
    print(" ".join(f"{seconds:.6f}" for seconds in times), flush=True)
