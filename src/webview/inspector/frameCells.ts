import { OPCODE_NAMES, type FrameRow } from '../../shared/frames.ts';
import type { IconName } from '../base/icons.ts';
import { clockTime, count } from '../text/figures.ts';
import { SHARED_TEXT } from '../text/sharedTexts.ts';
import { INSPECTOR_TEXT } from './inspectorTexts.ts';

/** The texts of a frame's cells. */
export interface FrameCells {
  readonly time: string;
  readonly direction: IconName;
  /** The direction as a word. */
  readonly directionName: string;
  readonly fin: string;
  readonly rsv: string;
  readonly opcode: string;
  readonly mask: string;
  readonly header: string;
  readonly payload: string;
  /** Remarks such as `compressed`. */
  readonly remark: string;
}

/** @param startedAt wall-clock start of the session in milliseconds */
export function frameCells(frame: FrameRow, startedAt: number): FrameCells {
  const { time, direction, fin, rsv1, rsv2, rsv3, opcode, mask, headerLength, length, complete } = frame;
  const bits = [rsv1, rsv2, rsv3].map((bit) => (bit ? '1' : '0')).join('');
  const remarks = [
    frame.side === 'client' ? INSPECTOR_TEXT.clientSide : '',
    rsv1 ? INSPECTOR_TEXT.compressedFrame : '',
    complete ? '' : INSPECTOR_TEXT.incompleteFrame,
  ];
  return {
    time: clockTime(startedAt + time / 1000),
    direction: direction === 'in' ? 'arrow-down' : 'arrow-up',
    directionName: direction === 'in' ? SHARED_TEXT.in : SHARED_TEXT.out,
    fin: fin ? '1' : '0',
    rsv: bits,
    opcode: OPCODE_NAMES[opcode] ?? INSPECTOR_TEXT.reservedOpcode(`0x${opcode.toString(16)}`),
    mask: mask === undefined ? INSPECTOR_TEXT.unmasked : (mask >>> 0).toString(16).padStart(8, '0'),
    header: count(headerLength),
    payload: count(length),
    remark: remarks.filter(Boolean).join(', '),
  };
}
