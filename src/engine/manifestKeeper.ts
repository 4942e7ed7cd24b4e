import { toDuplexError } from '../shared/errors.ts';
import type { BoundaryError, SessionManifest } from '../shared/recordProtocol.ts';

export interface ManifestKeeperHooks {
  readonly write: (manifest: SessionManifest) => Promise<void>;
  readonly onFailed: (error: BoundaryError) => void;
}

/** Keeps session.json in step with what a recording is to say of itself. */
export class ManifestKeeper {
  #written: SessionManifest | undefined;

  constructor(
    /** What session.json is to say. */
    public manifest: SessionManifest,
    private readonly hooks: ManifestKeeperHooks,
  ) {}

  /** The file says this already. */
  isWritten(manifest: SessionManifest): void {
    this.#written = manifest;
  }

  /** @throws DuplexError if the file cannot be written */
  async write(): Promise<void> {
    const { manifest } = this;
    if (manifest === this.#written) return;
    await this.hooks.write(manifest);
    this.#written = manifest;
  }

  /** Writes what changed while it could not be written. The rows do not wait for it. */
  writeLate(): void {
    this.write().catch((error: unknown) => this.hooks.onFailed(toDuplexError(error)));
  }
}
