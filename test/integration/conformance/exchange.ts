import type { Socket } from 'node:net';
import { readFrames, type ReceivedFrame } from '../../support/wire.ts';
import type { Endpoint } from './role.ts';

/** The traffic of a socket as frames. */
export type FrameExchange = Pick<Endpoint, 'write' | 'take' | 'rest'>;

/** @param onFrame is called with each frame when it came */
export function exchangeOver(socket: Socket, onFrame?: (frame: ReceivedFrame) => void): FrameExchange {
  const frames: ReceivedFrame[] = [];
  let ended = false;
  let wake = (): void => {};
  readFrames(socket, (frame) => {
    frames.push(frame);
    onFrame?.(frame);
    wake();
  });
  const end = (): void => {
    ended = true;
    wake();
  };
  socket.on('end', end).on('close', end);

  const until = async (enough: () => boolean): Promise<void> => {
    while (!enough() && !ended) await new Promise<void>((resolve) => (wake = resolve));
  };
  return {
    async write(bytes, chop = bytes.length) {
      for (let at = 0; at < bytes.length && !socket.destroyed; at += chop) {
        const piece = bytes.subarray(at, at + chop);
        await new Promise<void>((resolve) => {
          socket.write(piece, () => resolve());
        });
        // Its own turn of the loop, so that TCP does not join what was cut.
        if (chop < 1000) await new Promise((resolve) => setImmediate(resolve));
      }
    },
    async take(count) {
      await until(() => frames.length >= count);
      return frames.splice(0, count);
    },
    async rest() {
      await until(() => false);
      return frames.splice(0);
    },
  };
}
