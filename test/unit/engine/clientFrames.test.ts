import { describe, expect, it } from 'vitest';
import { FrameMatcher } from '../../../src/engine/frameMatcher.ts';
import { ClientFrames } from '../../../src/engine/proxy/clientFrames.ts';
import { FRAME_BYTES, readFrame } from '../../../src/recording/frameLayout.ts';
import type { Direction, Kind } from '../../../src/shared/timeline.ts';

/** The frames of a client's side as they are written: row, then the direction as the proxy sees it. */
function setUp(rowOf: (seq: number) => number | undefined = (seq) => seq) {
  const written: string[] = [];
  const matcher = new FrameMatcher(
    () => 0,
    ({ bytes, count }) => {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      expect(bytes.length).toBe(count * FRAME_BYTES);
      for (let record = 0; record < count; record++) {
        const { row, direction, length } = readFrame(view, record);
        written.push(`${row} ${direction} ${length}`);
      }
    },
  );
  const frames = new ClientFrames(matcher, rowOf);
  const frame = (way: 'in' | 'out', length: number, first = 0x81): void => {
    frames.observer.onHeader(way, first, 2, length, undefined);
    frames.observer.onEnd(way);
  };
  const row = (seq: number, kind: Kind, direction: Direction): void =>
    frames.onRow({ seq, kind, direction, time: 0, payload: new Uint8Array(), automatic: false, flags: 0 });
  return { frames, frame, row, written };
}

describe('the client-side frames', () => {
  it('belong to the row that was added when the message arrived', () => {
    const { frames, frame, row, written } = setUp();
    frame('in', 5);
    frames.arrives('text');
    row(0, 'text', 'out');
    // The message that replaces it has no frames here, because it is not transmitted on this side.
    row(1, 'text', 'out');
    expect(written).toEqual(['0 in 5']);
  });

  it('wait until their message is passed on, in the order of the rows', () => {
    const { frames, frame, row, written } = setUp();
    row(0, 'text', 'in');
    frame('in', 9);
    frames.arrives('text');
    row(1, 'text', 'out');
    row(2, 'ping', 'in');
    frames.leaves(2, 'ping');
    frame('out', 2, 0x89);
    expect(written).toEqual([]);
    frames.leaves(0, 'text');
    frame('out', 7);
    expect(written).toEqual(['0 out 7', '1 in 9', '2 out 2']);
  });

  it('do not wait for a message that is never passed on', () => {
    const { frames, frame, row, written } = setUp();
    row(0, 'text', 'in');
    row(1, 'text', 'in');
    frames.leaves(1, 'text');
    frame('out', 7);
    expect(written).toEqual([]);
    frames.stays(0, 'text');
    expect(written).toEqual(['1 out 7']);
  });

  it('belong to the row of the end for an incomplete message and for the close', () => {
    const { frames, frame, row, written } = setUp();
    row(0, 'text', 'in');
    frame('in', 3, 0x01);
    frame('in', 2, 0x88);
    frame('out', 2, 0x88);
    row(1, 'close', 'in');
    expect(written).toEqual([]);
    frames.end(1);
    expect([...written].sort()).toEqual(['1 in 2', '1 in 3', '1 out 2']);
  });

  it('are dropped with rows that are not recorded, and later rows keep theirs', () => {
    const { frames, frame, row, written } = setUp((seq) => (seq === 0 ? undefined : seq - 1));
    frame('in', 5);
    frames.arrives('text');
    row(0, 'text', 'out');
    row(1, 'text', 'in');
    frames.leaves(1, 'text');
    frame('out', 6);
    expect(written).toEqual(['0 out 6']);
  });

  it('ignore rows that are not messages', () => {
    const { frames, frame, row, written } = setUp();
    row(0, 'note', 'none');
    row(1, 'error', 'in');
    row(2, 'text', 'in');
    frames.leaves(2, 'text');
    frames.leaves(undefined, 'text');
    frame('out', 4);
    expect(written).toEqual(['2 out 4']);
  });
});
