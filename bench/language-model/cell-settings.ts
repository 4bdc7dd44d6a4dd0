/** The model of the table of cells, but for cell and depth. */
export const CELL_MODEL = { units: 128, dimensions: 128, softmax: 'sampled', samples: 1_000 } as const;

/** How it is trained. */
export const CELL_TRAINING = { batch: 32, steps: 32, learningRate: 0.003, decay: 'linear' } as const;
