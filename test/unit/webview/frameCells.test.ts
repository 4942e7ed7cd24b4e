import { describe, expect, it } from 'vitest';
import type { FrameRow } from '../../../src/shared/frames.ts';
import { frameCells } from '../../../src/webview/inspector/frameCells.ts';

const STARTED = new Date(2026, 10, 22, 12, 0, 0).getTime();

const cells = (change: Partial<FrameRow>) =>
  frameCells(
    {
      row: 1,
      time: 1_500_000,
      direction: 'in',
      fin: true,
      rsv1: false,
      rsv2: false,
      rsv3: false,
      opcode: 1,
      mask: undefined,
      headerLength: 4,
      length: 1_024,
      complete: true,
      ...change,
    },
    STARTED,
  );

describe('the cells of a frame', () => {
  it('tell the sides of a proxy apart', () => {
    expect(cells({ side: 'client' }).remark).toBe('client’s side of the proxy');
    expect(cells({ side: 'client', rsv1: true, complete: false }).remark).toBe(
      'client’s side of the proxy, compressed, incomplete',
    );
  });

  it('show its time, direction and length', () => {
    expect(cells({})).toEqual({
      time: '12:00:01.500',
      direction: 'arrow-down',
      directionName: 'in',
      fin: '1',
      rsv: '000',
      opcode: 'text',
      mask: 'none',
      header: '4',
      payload: '1,024',
      remark: '',
    });
    expect(cells({ direction: 'out', fin: false })).toMatchObject({
      direction: 'arrow-up',
      directionName: 'out',
      fin: '0',
    });
  });

  it.each([
    [0, 'continuation'],
    [2, 'binary'],
    [8, 'close'],
    [9, 'ping'],
    [10, 'pong'],
    [3, 'reserved 0x3'],
    [15, 'reserved 0xf'],
  ])('name opcode %d as %s', (opcode, name) => {
    expect(cells({ opcode }).opcode).toBe(name);
  });

  it('have the masking key with all its digits, also if its first bit is set', () => {
    expect(cells({ mask: 0x0000_0a01 }).mask).toBe('00000a01');
    expect(cells({ mask: 0xff00_0001 | 0 }).mask).toBe('ff000001');
    expect(cells({ mask: 0 }).mask).toBe('00000000');
  });

  it('mark compressed and incomplete frames', () => {
    expect(cells({ rsv1: true })).toMatchObject({ rsv: '100', remark: 'compressed' });
    expect(cells({ rsv2: true, rsv3: true }).rsv).toBe('011');
    expect(cells({ rsv1: true, complete: false }).remark).toBe('compressed, incomplete');
  });
});
