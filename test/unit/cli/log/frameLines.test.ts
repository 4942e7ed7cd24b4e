import { describe, expect, it } from 'vitest';
import { withFrames } from '../../../../src/cli/log/frameLines.ts';
import type { Recording } from '../../../../src/engine/recordingFile.ts';
import type { FrameRow } from '../../../../src/shared/frames.ts';

const FRAME: FrameRow = {
  row: 3,
  time: 1234,
  direction: 'in',
  fin: true,
  rsv1: false,
  rsv2: false,
  rsv3: false,
  opcode: 1,
  mask: undefined,
  headerLength: 2,
  length: 5,
  complete: true,
};

/** What is printed of a row with these frames. */
function printed(frames: readonly FrameRow[], json: boolean): string[] {
  const readFrames: Recording['readFrames'] = (_, from, count) => ({
    total: frames.length,
    frames: frames.slice(from, from + count),
  });
  const line = withFrames(() => ['the row\n'], { readFrames } as Recording, json);
  return [...line({ seq: 3, time: 0, kind: 'text', direction: 'in' }, new Uint8Array(0))];
}

describe('the lines of a row', () => {
  it('are followed by one for each frame', () => {
    const frames: FrameRow[] = [
      { ...FRAME, fin: false, rsv1: true },
      { ...FRAME, opcode: 0, length: 70_000, headerLength: 10 },
    ];
    expect(printed(frames, false)).toEqual([
      'the row\n',
      '   <- frame 1/2  text  RSV1  2 + 5 bytes\n',
      '   <- frame 2/2  continuation  FIN  10 + 70000 bytes\n',
    ]);
  });

  it('name the side of a proxy that they travelled on, if it is the client’s', () => {
    const frames: FrameRow[] = [FRAME, { ...FRAME, side: 'client', length: 7 }];
    expect(printed(frames, false).slice(1)).toEqual([
      '   <- frame 1/2  text  FIN  2 + 5 bytes\n',
      '   <- frame 2/2  client side  text  FIN  2 + 7 bytes\n',
    ]);
    const [own, client] = printed(frames, true)
      .slice(1)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(own).not.toHaveProperty('side');
    expect(client).toMatchObject({ kind: 'frame', frame: 1, size: 7, side: 'client' });
  });

  it('name unusual properties: a mask, an unknown opcode, no bit, a part', () => {
    const frames: FrameRow[] = [
      { ...FRAME, direction: 'out', mask: 0x00fa213d, headerLength: 6 },
      { ...FRAME, opcode: 11, fin: false, rsv3: true, complete: false },
      { ...FRAME, opcode: 2, fin: false },
    ];
    expect(printed(frames, false).slice(1)).toEqual([
      '   -> frame 1/3  text  FIN  6 + 5 bytes  mask 00fa213d\n',
      '   <- frame 2/3  opcode 11  RSV3  2 + 5 bytes  incomplete\n',
      '   <- frame 3/3  binary  no FIN  2 + 5 bytes\n',
    ]);
  });

  it('are objects in JSON, numbered from 0 as rows are', () => {
    const [, first, second] = printed([{ ...FRAME, mask: 1 }, FRAME], true);
    expect(JSON.parse(first!)).toEqual({
      seq: 3,
      frame: 0,
      t: 1234,
      dir: 'in',
      kind: 'frame',
      fin: true,
      rsv1: false,
      rsv2: false,
      rsv3: false,
      opcode: 1,
      headerLength: 2,
      size: 5,
      mask: '00000001',
      complete: true,
    });
    expect(JSON.parse(second!)).toMatchObject({ seq: 3, frame: 1 });
    expect(JSON.parse(second!)).not.toHaveProperty('mask');
  });

  it('are only the row without frames, and all frames if there are many', () => {
    expect(printed([], false)).toEqual(['the row\n']);
    expect(printed(new Array<FrameRow>(4500).fill(FRAME), false)).toHaveLength(4501);
  });
});
