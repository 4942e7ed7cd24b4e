import { describe, expect, it } from 'vitest';
import { isLocal } from '../../../../../src/core/session/options/url.ts';
import { systemEvent, systemNote } from '../../../../../src/core/session/life/systemEvent.ts';

const look = (time: number, isOnline = true) => ({ time, isOnline });

describe('systemEvent', () => {
  it('does not exist while time passes normally, including a stall of some seconds', () => {
    expect(systemEvent(look(0), look(5_000), 5_000)).toBeUndefined();
    expect(systemEvent(look(0), look(20_000), 5_000)).toBeUndefined();
    expect(systemEvent(look(0, false), look(5_000, false), 5_000)).toBeUndefined();
  });

  it('finds that the machine slept', () => {
    expect(systemEvent(look(0), look(600_000), 5_000)).toBe('resumed');
  });

  it('ignores a clock that was set back', () => {
    expect(systemEvent(look(600_000), look(0), 5_000)).toBeUndefined();
  });

  it('finds that the network was lost and came back', () => {
    expect(systemEvent(look(0), look(5_000, false), 5_000)).toBe('offline');
    expect(systemEvent(look(0, false), look(5_000), 5_000)).toBe('online');
  });

  it('reports a machine that woke up without a network as offline', () => {
    expect(systemEvent(look(0), look(600_000, false), 5_000)).toBe('offline');
    expect(systemEvent(look(0, false), look(600_000), 5_000)).toBe('resumed');
  });
});

describe('systemNote', () => {
  it('describes the event and its effect', () => {
    expect(systemNote('resumed', 720_000, false)).toEqual({
      note: 'resumed',
      text: 'This machine slept for about 12 min: a ping tells whether the connection still holds.',
    });
    expect(systemNote('resumed', 45_000, true).text).toMatch(/about 45 s: reconnecting at once\.$/);
    expect(systemNote('resumed', 9 * 3_600_000, true).text).toMatch(/about 9 h/);
    expect(systemNote('offline', 0, true).text).toMatch(/gone: the reconnect waits for it\.$/);
    expect(systemNote('offline', 0, false).text).toMatch(/gone: the connection may break\.$/);
    expect(systemNote('online', 0, true).text).toMatch(/back: reconnecting at once\.$/);
  });
});

describe('isLocal', () => {
  it.each([
    'ws://localhost:8080/',
    'ws://LOCALHOST.',
    'wss://app.localhost/x',
    'ws://127.0.0.1',
    'ws://127.8.0.3:1/',
    'ws://[::1]:9/',
    'ws+unix:/run/server.sock',
  ])('recognises %s as this machine', (url) => expect(isLocal(url)).toBe(true));

  it.each([
    'ws://example.test',
    'ws://localhost.example.test',
    'ws://128.0.0.1',
    'ws://[::2]/',
    'ws://10.0.0.1/localhost',
  ])('treats %s as another machine', (url) => expect(isLocal(url)).toBe(false));
});
