import { describe, expect, it } from 'vitest';
import { FrameMatcher } from '../../../src/engine/frameMatcher.ts';
import { readFrame } from '../../../src/recording/frameLayout.ts';

/** A matcher, and what it lets out: the row, direction and first byte of each frame. */
function setUp() {
  const out: string[] = [];
  let time = 0;
  const matcher = new FrameMatcher(
    () => ++time,
    (frames) => {
      const { bytes, count } = frames;
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      for (let i = 0; i < count; i++) {
        const { row, direction, complete, length } = readFrame(view, i);
        const first = view.getUint8(i * 32 + 24).toString(16);
        out.push(`${row} ${direction} ${first}/${length}${complete ? '' : ' torn'}`);
      }
    },
  );
  /** Whole frames, by their first bytes. */
  const frames = (direction: 'in' | 'out', ...firsts: number[]): void => {
    for (const first of firsts) {
      matcher.onHeader(direction, first, 2, 5, undefined);
      matcher.onEnd(direction);
    }
  };
  return { matcher, frames, out };
}

describe('a received frame', () => {
  it('belongs to the next row, in order', () => {
    const { matcher, frames, out } = setUp();
    frames('in', 0x81, 0x82, 0x89);
    expect(out).toEqual([]);
    matcher.onRow(1, 'text', 'in');
    matcher.onRow(2, 'binary', 'in');
    matcher.onRow(3, 'ping', 'in');
    expect(out).toEqual(['1 in 81/5', '2 in 82/5', '3 in 89/5']);
  });

  it('that is a fragment belongs to the row of its message, and a ping between fragments to its own', () => {
    const { matcher, frames, out } = setUp();
    frames('in', 0x01, 0x89, 0x00, 0x80);
    matcher.onRow(7, 'ping', 'in');
    matcher.onRow(8, 'text', 'in');
    expect(out).toEqual(['7 in 89/5', '8 in 1/5', '8 in 0/5', '8 in 80/5']);
  });

  it('is left out if its row is not recorded', () => {
    const { matcher, frames, out } = setUp();
    frames('in', 0x81, 0x82, 0x81);
    matcher.onRow(undefined, 'text', 'in');
    matcher.onRow(3, 'binary', 'in');
    matcher.onRow(4, 'text', 'in');
    expect(out).toEqual(['3 in 82/5', '4 in 81/5']);
  });
});

describe('a sent frame', () => {
  it('may come before or after its row', () => {
    const { matcher, frames, out } = setUp();
    matcher.onRow(1, 'text', 'out');
    frames('out', 0x81);
    frames('out', 0x8a);
    matcher.onRow(2, 'pong', 'out');
    expect(out).toEqual(['1 out 81/5', '2 out 8a/5']);
  });

  it('holds back later frames until it has left', () => {
    const { matcher, frames, out } = setUp();
    matcher.onRow(1, 'text', 'out');
    matcher.onRow(2, 'binary', 'out');
    frames('in', 0x81, 0x82);
    matcher.onRow(3, 'text', 'in');
    matcher.onRow(4, 'binary', 'in');
    expect(out).toEqual([]);
    frames('out', 0xc1);
    expect(out).toEqual(['1 out c1/5']);
    frames('out', 0xc2);
    expect(out.slice(1)).toEqual(['2 out c2/5', '3 in 81/5', '4 in 82/5']);
  });

  it('waits for no row that is not recorded', () => {
    const { matcher, frames, out } = setUp();
    matcher.onRow(undefined, 'text', 'out');
    frames('in', 0x81);
    matcher.onRow(2, 'text', 'in');
    expect(out).toEqual(['2 in 81/5']);
    frames('out', 0x81, 0x81);
    matcher.onRow(3, 'text', 'out');
    expect(out.slice(1)).toEqual(['3 out 81/5']);
  });
});

describe('a message that leaves later', () => {
  it('gets the frames that come when it has left, and later messages wait', () => {
    const { matcher, frames, out } = setUp();
    matcher.reserve(1);
    matcher.onRow(2, 'ping', 'out');
    frames('out', 0x89);
    frames('in', 0x81);
    matcher.onRow(3, 'text', 'in');
    expect(out).toEqual([]);
    matcher.settle(1, 'text', true);
    expect(out).toEqual([]);
    frames('out', 0x81);
    expect(out).toEqual(['1 out 81/5', '2 out 89/5', '3 in 81/5']);
  });

  it('and never leaves releases the others', () => {
    const { matcher, frames, out } = setUp();
    matcher.reserve(1);
    matcher.reserve(2);
    frames('in', 0x81);
    matcher.onRow(3, 'text', 'in');
    matcher.settle(2, 'text', false);
    expect(out).toEqual([]);
    matcher.settle(1, 'text', false);
    expect(out).toEqual(['3 in 81/5']);
  });

  it('has no frames if its row was lost, and the next message keeps its own', () => {
    const { matcher, frames, out } = setUp();
    matcher.reserve(1);
    matcher.forgetRows();
    matcher.settle(1, 'text', true);
    frames('out', 0x81);
    matcher.onRow(1, 'text', 'out');
    frames('out', 0xc1);
    expect(out).toEqual(['1 out c1/5']);
  });

  it('holds back a limited number of frames', () => {
    const { matcher, frames, out } = setUp();
    matcher.reserve(0);
    for (let row = 1; row <= 65_537; row++) {
      frames('in', 0x81);
      matcher.onRow(row, 'text', 'in');
    }
    expect(out.length).toBe(65_537);
    matcher.settle(0, 'text', true);
    frames('out', 0x81);
    expect(out.length).toBe(65_537);
  });

  it('is forgotten at the end', () => {
    const { matcher, frames, out } = setUp();
    matcher.reserve(1);
    frames('in', 0x81);
    matcher.onRow(2, 'text', 'in');
    frames('in', 0x88);
    matcher.onRow(3, 'close', 'in');
    matcher.settle(1, 'text', true);
    expect(out).toEqual(['2 in 81/5', '3 in 88/5']);
  });
});

describe('the end', () => {
  it('takes the close frames of both sides', () => {
    const { matcher, frames, out } = setUp();
    frames('in', 0x88);
    frames('out', 0x88);
    matcher.onRow(5, 'close', 'in');
    expect(out).toEqual(['5 in 88/5', '5 out 88/5']);
  });

  it('after a failure gives its frames to the row of the error', () => {
    const { matcher, frames, out } = setUp();
    frames('in', 0x81, 0x02);
    matcher.onRow(1, 'text', 'in');
    matcher.onHeader('in', 0x80, 10, 2 ** 30, undefined);
    frames('out', 0x88);
    matcher.onRow(2, 'error', 'none');
    matcher.onRow(3, 'close', 'in');
    expect(out).toEqual(['1 in 81/5', '2 in 2/5', `2 in 80/${2 ** 30} torn`, '3 out 88/5']);
  });

  it('keeps frames of unknown opcodes and of messages that were refused', () => {
    const { matcher, frames, out } = setUp();
    frames('in', 0x83, 0x81);
    matcher.onRow(1, 'error', 'none');
    matcher.onRow(2, 'close', 'in');
    expect(out).toEqual(['1 in 83/5', '1 in 81/5']);
  });

  it('releases frames that waited for a message that never left', () => {
    const { matcher, frames, out } = setUp();
    matcher.onRow(1, 'text', 'out');
    frames('in', 0x81);
    matcher.onRow(2, 'text', 'in');
    matcher.onRow(3, 'close', 'in');
    expect(out).toEqual(['2 in 81/5']);
  });

  it('is final: later frames are not kept', () => {
    const { matcher, frames, out } = setUp();
    matcher.onRow(1, 'close', 'in');
    frames('in', 0x81);
    matcher.onRow(2, 'text', 'in');
    expect(out).toEqual([]);
  });
});

it('forgets rows whose numbers are used again', () => {
  const { matcher, frames, out } = setUp();
  matcher.onRow(4, 'text', 'out');
  frames('in', 0x82);
  matcher.onRow(5, 'binary', 'in');
  matcher.forgetRows();
  frames('out', 0x81, 0x81);
  matcher.onRow(2, 'text', 'out');
  expect(out).toEqual(['2 out 81/5']);
});

it('keeps the order of the rows for every mix of the two directions', () => {
  const { matcher, frames, out } = setUp();
  let row = 0;
  for (let round = 0; round < 200; round++) {
    matcher.onRow(row++, 'text', 'out');
    if (round % 3 === 0) matcher.onRow(row++, 'ping', 'out');
    frames('in', 0x81);
    matcher.onRow(row++, 'text', 'in');
    if (round % 5 === 4) frames('out', ...new Array<number>(5).fill(0x81));
    if (round % 7 === 6) frames('out', 0x89);
  }
  // Some pings never left; what waited behind them is let out by the end.
  matcher.onRow(row, 'close', 'in');
  const rows = out.map((line) => Number(line.split(' ')[0]));
  expect(rows.length).toBeGreaterThan(400);
  expect(rows).toEqual([...rows].sort((a, b) => a - b));
  expect(new Set(rows).size).toBe(rows.length);
});
