import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordedSession } from '../../../src/vscode/panel/recordedSession.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'duplex-recordings-'));
  const recording = join(folder, 'one-1');
  mkdirSync(recording);
  writeFileSync(
    join(recording, 'session.json'),
    JSON.stringify({
      format: 'duplex-recording',
      version: 1,
      name: 'echo',
      url: 'ws://localhost/echo',
      startedAt: '2026-01-01T00:00:00.000Z',
      segmentBytes: 1048576,
      requestHeaders: [],
      responseHeaders: [],
    }),
  );
  writeFileSync(join(recording, 'index.bin'), '');
  writeFileSync(join(recording, 'payload-0000.bin'), '');
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('a panel is known again by the recording of its session', () => {
  expect(recordedSession(folder, { session: 'one-1', scroll: 3 })).toEqual({
    name: 'echo',
    url: 'ws://localhost/echo',
  });
});

test.each([
  undefined,
  null,
  'one-1',
  {},
  { session: 1 },
  { session: '' },
  { session: 'gone' },
  { session: '.' },
  { session: '..' },
  { session: '../other/one-1' },
])('a state of %j is no known session', (state) => {
  expect(recordedSession(join(folder), state)).toBeUndefined();
});
