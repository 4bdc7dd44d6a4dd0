import type { Device } from '../backend/device.js';
import type { Cell, CellName, CellOptions } from './cell.js';
import { gruCell, simplifiedGruCell } from './gru.js';
import { lstmCell } from './lstm.js';
import { rnnCell } from './rnn.js';

/** Which cell, and which variant of it. */
export interface CellChoice {
  readonly cell: CellName;
  /** Of `lstm-peephole`: which cell state the output gate sees; the new one by default. */
  readonly outputPeephole?: 'previous' | 'current';
  /** Whether TensorFlow's fused operations are used where they compute the same; on by default. */
  readonly fused?: boolean;
}

/** Makes a cell of any kind. */
export function makeCell(device: Device, choice: CellChoice, options: CellOptions): Cell {
  const fused = choice.fused ?? true;
  switch (choice.cell) {
    case 'rnn':
      return rnnCell(device, options);
    case 'gru-simple':
      return simplifiedGruCell(device, options);
    case 'gru':
      return gruCell(device, { ...options, fused });
    case 'lstm':
      return lstmCell(device, { ...options, fused });
    case 'lstm-vanilla':
      return lstmCell(device, { ...options, fused, forgetGate: false });
    case 'lstm-peephole':
      return lstmCell(device, { ...options, fused, peephole: choice.outputPeephole ?? 'current' });
  }
}
