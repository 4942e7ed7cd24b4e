/** A job of a worker for one recording. */
interface Job {
  readonly target: { readonly folder: string };
  /** Resolves when the job has closed all files of the recording. */
  dispose(): Promise<void>;
}

/** The jobs that a worker knows, by number. A job that starts again gets a new number. */
export class WorkerJobs<J extends Job> {
  readonly #jobs = new Map<number, J>();
  #last = 0;

  get size(): number {
    return this.#jobs.size;
  }

  /** @returns undefined for a forgotten number, which the worker may still report */
  get(number: number): J | undefined {
    return this.#jobs.get(number);
  }

  /** Returns a copy, so that an iteration does not visit a job twice if it starts again. */
  all(): J[] {
    return [...this.#jobs.values()];
  }

  add(job: J): number {
    this.#jobs.set(++this.#last, job);
    return this.#last;
  }

  forget(job: J): void {
    for (const [number, known] of this.#jobs) if (known === job) this.#jobs.delete(number);
  }

  /** Ends the jobs of a recording and closes all its files. */
  async endOf(folder: string): Promise<void> {
    const found = this.all().filter(({ target }) => target.folder === folder);
    await Promise.all(found.map((job) => job.dispose()));
  }
}
