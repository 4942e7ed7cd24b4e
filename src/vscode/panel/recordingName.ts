/**
 * The recording that a restored panel showed. `state` is what its page left with VS Code, so anything.
 * @returns the folder's name, or undefined
 */
export function recordingName(state: unknown): string | undefined {
  const { session } = (state ?? {}) as { session?: unknown };
  // As session ids are. Such a name cannot lead out of the folder of the recordings.
  return typeof session === 'string' && /^[A-Za-z0-9-]+$/.test(session) ? session : undefined;
}
