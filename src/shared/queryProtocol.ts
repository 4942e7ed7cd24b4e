/** Calls that the host makes to the query worker: long reads of recordings, so that none slows an append. */
export interface QueryWorkerCalls {
  /**
   * Writes one row's stored payload to a local file, bit for bit: the old file stays until the new one is whole.
   * @returns the bytes written
   */
  savePayload(job: string, folder: string, seq: number, target: string): Promise<number>;
  /** One row's whole stored payload, transferred. */
  readPayload(job: string, folder: string, seq: number): Promise<Uint8Array>;
  cancel(job: string): Promise<void>;
}

export interface QueryWorkerEvents {
  progress(job: string, done: number, total: number): void;
}
