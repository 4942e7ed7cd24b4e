import { describe, expect, it } from 'vitest';
import { isLocal, lifeChange, lifeNote } from '../../../src/core/session/lifeChange.ts';

const look = (time: number, isOnline = true) => ({ time, isOnline });

describe('lifeChange', () => {
  it('is nothing while time passes as planned, a stall of some seconds included', () => {
    expect(lifeChange(look(0), look(5_000), 5_000)).toBeUndefined();
    expect(lifeChange(look(0), look(20_000), 5_000)).toBeUndefined();
    expect(lifeChange(look(0, false), look(5_000, false), 5_000)).toBeUndefined();
  });

  it('finds that the machine slept', () => {
    expect(lifeChange(look(0), look(600_000), 5_000)).toBe('resumed');
  });

  it('takes a clock that was set back for nothing', () => {
    expect(lifeChange(look(600_000), look(0), 5_000)).toBeUndefined();
  });

  it('finds that the network went and came', () => {
    expect(lifeChange(look(0), look(5_000, false), 5_000)).toBe('offline');
    expect(lifeChange(look(0, false), look(5_000), 5_000)).toBe('online');
  });

  it('tells first what matters now: a machine that woke up without a network is offline', () => {
    expect(lifeChange(look(0), look(600_000, false), 5_000)).toBe('offline');
    expect(lifeChange(look(0, false), look(600_000), 5_000)).toBe('resumed');
  });
});

describe('lifeNote', () => {
  it('tells what happened, and what comes of it', () => {
    expect(lifeNote('resumed', 720_000, false)).toEqual({
      note: 'resumed',
      text: 'This machine slept for about 12 min: a ping tells whether the connection still holds.',
    });
    expect(lifeNote('resumed', 45_000, true).text).toMatch(/about 45 s: reconnecting at once\.$/);
    expect(lifeNote('resumed', 9 * 3_600_000, true).text).toMatch(/about 9 h/);
    expect(lifeNote('offline', 0, true).text).toMatch(/gone: the reconnect waits for it\.$/);
    expect(lifeNote('offline', 0, false).text).toMatch(/gone: the connection may break\.$/);
    expect(lifeNote('online', 0, true).text).toMatch(/back: reconnecting at once\.$/);
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
  ])('knows %s as this machine', (url) => expect(isLocal(url)).toBe(true));

  it.each([
    'ws://example.test',
    'ws://localhost.example.test',
    'ws://128.0.0.1',
    'ws://[::2]/',
    'ws://10.0.0.1/localhost',
  ])('takes %s for another', (url) => expect(isLocal(url)).toBe(false));
});
