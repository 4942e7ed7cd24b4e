import { OPCODE_NAMES, type FrameRow } from '../../shared/frames.ts';
import type { IconName } from '../icons.ts';
import { clockTime, count } from '../text/figures.ts';
import { TEXT } from '../texts.ts';

/** A frame as its cells show it. */
export interface FrameCells {
  readonly time: string;
  readonly direction: IconName;
  /** The direction in a word. */
  readonly directionName: string;
  readonly fin: string;
  readonly rsv: string;
  readonly opcode: string;
  readonly mask: string;
  readonly header: string;
  readonly payload: string;
  /** What is to be said of the frame besides. */
  readonly remark: string;
}

/** @param startedAt wall-clock start of the session in milliseconds */
export function frameCells(frame: FrameRow, startedAt: number): FrameCells {
  const { time, direction, fin, rsv1, rsv2, rsv3, opcode, mask, headerLength, length, complete } = frame;
  const bits = [rsv1, rsv2, rsv3].map((bit) => (bit ? '1' : '0')).join('');
  const remarks = [rsv1 ? TEXT.compressedFrame : '', complete ? '' : TEXT.incompleteFrame];
  return {
    time: clockTime(startedAt + time / 1000),
    direction: direction === 'in' ? 'arrow-down' : 'arrow-up',
    directionName: direction === 'in' ? TEXT.in : TEXT.out,
    fin: fin ? '1' : '0',
    rsv: bits,
    opcode: OPCODE_NAMES[opcode] ?? TEXT.reservedOpcode(`0x${opcode.toString(16)}`),
    mask: mask === undefined ? TEXT.unmasked : (mask >>> 0).toString(16).padStart(8, '0'),
    header: count(headerLength),
    payload: count(length),
    remark: remarks.filter(Boolean).join(', '),
  };
}
