/** Bits of a frame's first byte (RFC 6455, section 5.2). */
export const BIT = { fin: 0x80, rsv1: 0x40, rsv2: 0x20, rsv3: 0x10 } as const;

const OPCODE = 0x0f;
const CONTROL = 0x08;

/** 0 continuation, 1 text, 2 binary, 8 close, 9 ping, 10 pong. */
export function opcodeOf(first: number): number {
  return first & OPCODE;
}

export function isControl(first: number): boolean {
  return (first & CONTROL) !== 0;
}

/** Whether no fragment follows. */
export function isFinal(first: number): boolean {
  return (first & BIT.fin) !== 0;
}
