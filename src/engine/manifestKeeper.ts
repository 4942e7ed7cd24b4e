import { toDuplexError } from '../shared/errors.ts';
import type { BoundaryError, SessionManifest } from '../shared/recordProtocol.ts';

export interface ManifestKeeperHooks {
  readonly write: (manifest: SessionManifest) => Promise<void>;
  readonly onFailed: (error: BoundaryError) => void;
}

/** Keeps session.json up to date with the description of a recording. */
export class ManifestKeeper {
  #written: SessionManifest | undefined;

  constructor(
    /** The intended content of session.json. */
    public manifest: SessionManifest,
    private readonly hooks: ManifestKeeperHooks,
  ) {}

  /** Marks this content as the one that the file already has. */
  markWritten(manifest: SessionManifest): void {
    this.#written = manifest;
  }

  /** @throws DuplexError if the file cannot be written */
  async write(): Promise<void> {
    const { manifest } = this;
    if (manifest === this.#written) return;
    await this.hooks.write(manifest);
    this.#written = manifest;
  }

  /** Writes changes that could not be written before. Rows do not wait for it. */
  writeLate(): void {
    this.write().catch((error: unknown) => this.hooks.onFailed(toDuplexError(error)));
  }
}
