import type { LineOf, Recording } from '../../engine/recordingFile.ts';
import { OPCODE_NAMES, type FrameRow } from '../../shared/frames.ts';

/** Frames per read: a message may have a million. */
const PAGE_FRAMES = 2000;

/** Adds to the lines of a row one line for each of its frames. */
export function withFrames(line: LineOf, recording: Recording, json: boolean): LineOf {
  return function* (row, payload) {
    yield* line(row, payload);
    for (let at = 0; ;) {
      const { total, frames } = recording.readFrames(row.seq, at, PAGE_FRAMES);
      for (const frame of frames)
        yield json ? jsonFrame(row.seq, at++, frame) : textFrame(++at, total, frame);
      if (at >= total || frames.length === 0) return;
    }
  };
}

function textFrame(number: number, total: number, frame: FrameRow): string {
  const { direction, fin, opcode, headerLength, length, complete } = frame;
  const bits = [fin && 'FIN', frame.rsv1 && 'RSV1', frame.rsv2 && 'RSV2', frame.rsv3 && 'RSV3'].filter(
    Boolean,
  );
  const parts = [
    `   ${direction === 'in' ? '<-' : '->'} frame ${number}/${total}`,
    ...(frame.side ? [`${frame.side} side`] : []),
    OPCODE_NAMES[opcode] ?? `opcode ${opcode}`,
    bits.join(' ') || 'no FIN',
    `${headerLength} + ${length} bytes`,
    ...(frame.mask === undefined ? [] : [`mask ${maskText(frame.mask)}`]),
    ...(complete ? [] : ['incomplete']),
  ];
  return `${parts.join('  ')}\n`;
}

function jsonFrame(seq: number, number: number, frame: FrameRow): string {
  const {
    time: t,
    direction: dir,
    fin,
    rsv1,
    rsv2,
    rsv3,
    opcode,
    headerLength,
    length: size,
    complete,
  } = frame;
  const mask = frame.mask === undefined ? {} : { mask: maskText(frame.mask) };
  const line = {
    seq,
    frame: number,
    t,
    dir,
    kind: 'frame',
    fin,
    rsv1,
    rsv2,
    rsv3,
    opcode,
    headerLength,
    size,
  };
  const side = frame.side ? { side: frame.side } : {};
  return `${JSON.stringify({ ...line, ...mask, complete, ...side })}\n`;
}

function maskText(mask: number): string {
  return mask.toString(16).padStart(8, '0');
}
