/** A run of the command that faults are done to. Paths are relative to the scene's folder. */
export interface Job {
  readonly name: string;
  readonly arguments: readonly string[];
  /** Files it makes that are the same, byte for byte, each time. */
  readonly outputs: readonly string[];
  /** Pages it makes, which hold times: they are to be whole. */
  readonly pages?: readonly string[];
  /** What it reads: names, and what makes their content. */
  readonly inputs: Readonly<Record<string, () => Uint8Array | Promise<Uint8Array>>>;
  /** The one of them that is piped into standard input. */
  readonly stdin?: string;
}
