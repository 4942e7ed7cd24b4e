import { join } from 'node:path';
import { Appender } from '../../src/recording/write/appender.ts';
import type { SessionManifest } from '../../src/shared/recordProtocol.ts';
import { temporaryFolder } from './folders.ts';
import { appendRows, manifest, type TestRow } from './recordings.ts';

// Not in recordings.ts, which the bench uses outside of tests.

/** A recording of these rows. @returns its folder, which is removed after the test */
export async function recordingOf(
  rows: readonly TestRow[],
  change: Partial<SessionManifest> = {},
): Promise<string> {
  const folder = join(await temporaryFolder(), 'recording');
  const appender = Appender.create(folder, manifest(change));
  appendRows(appender, rows);
  appender.close();
  return folder;
}
