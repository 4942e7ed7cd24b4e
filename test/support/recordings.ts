import { BatchWriter, SlabPool } from '../../src/recording/write/batchWriter.ts';
import { FORMAT, SEGMENT_BYTES, VERSION } from '../../src/recording/layout.ts';
import type { Appender } from '../../src/recording/write/appender.ts';
import type { SessionManifest } from '../../src/shared/recordProtocol.ts';
import type { Direction, Kind } from '../../src/shared/timeline.ts';

export function manifest(change: Partial<SessionManifest> = {}): SessionManifest {
  return {
    format: FORMAT,
    version: VERSION,
    name: 'test',
    url: 'ws://127.0.0.1/',
    startedAt: '2026-01-02T03:04:05.678Z',
    segmentBytes: SEGMENT_BYTES,
    requestHeaders: [],
    responseHeaders: [],
    ...change,
  };
}

export interface TestRow {
  readonly payload: Uint8Array | string;
  readonly kind?: Kind;
  readonly direction?: Direction;
  readonly time?: number;
  readonly flags?: number;
}

/** Appends rows as one batch, as the recorder on the host fills it. */
export function appendRows(appender: Appender, rows: readonly TestRow[]): void {
  const writer = new BatchWriter(appender.extent.payloadBytes, new SlabPool());
  for (const { payload, kind = 'text', direction = 'in', time = 0, flags = 0 } of rows) {
    const bytes = typeof payload === 'string' ? new TextEncoder().encode(payload) : payload;
    if (!writer.fits(bytes.length)) appender.append(writer.take()!);
    writer.add(kind, direction, flags, time, bytes);
  }
  const batch = writer.take();
  if (batch) appender.append(batch);
}
