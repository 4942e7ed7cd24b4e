import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../src/core/session/doctor/doctor.ts';
import { openRecording } from '../../../src/engine/recordingFile.ts';
import type { ErrorDetail } from '../../../src/shared/timeline.ts';
import { testEngine, until } from '../../support/engine.ts';
import { fallibleServer } from '../../support/fallibleServer.ts';
import { rawServer, switching } from '../../support/rawServer.ts';

describe('a session with changed options', () => {
  it('connects with them, and its recording has them', async () => {
    const [server, { engine }] = [await fallibleServer(), await testEngine()];
    const session = engine.create({ url: `${server.url}a`, headers: [['X-One', '1']] });
    await session.connect();
    await session.disconnect();
    session.reconfigure({
      url: `${server.url}b?token=canary`,
      headers: [
        ['X-One', '2'],
        ['Cookie', 'sid=canary'],
      ],
      insecure: true,
    });
    expect(session.summary).toMatchObject({ url: `${server.url}b?token=••••`, insecure: true });
    await session.connect();
    await session.disconnect();
    expect(server.requests.map(({ url, headers }) => [url, headers['x-one'], headers.cookie])).toEqual([
      ['/a', '1', undefined],
      ['/b?token=canary', '2', 'sid=canary'],
    ]);
    const { manifest } = openRecording(session.folder!);
    expect(manifest.url).toBe(`${server.url}b?token=••••`);
    expect(manifest.requestHeaders).toEqual([
      ['X-One', '2'],
      ['Cookie', '••••'],
    ]);
  });

  it('keeps its options if the change is invalid, or a connection is open', async () => {
    const [server, { engine }] = [await fallibleServer(), await testEngine()];
    const session = engine.create({ url: server.url });
    const before = session.options;
    expect(() => session.reconfigure({ url: 'http://x' })).toThrow(/ws:\/\//);
    expect(() => session.reconfigure({ maxPayload: -1 })).toThrow(/out of range/);
    await session.connect();
    expect(() => session.reconfigure({ insecure: true })).toThrow(/session is open: disconnect it/);
    expect(session.options).toBe(before);
  });

  it('is healed by the doctor: the subprotocol that the server chose is offered', async () => {
    const { url } = await rawServer((socket, request) => {
      socket.write(switching(request, 'Sec-WebSocket-Protocol: v2'));
    });
    const { engine } = await testEngine();
    const session = engine.create({ url });
    await expect(session.connect()).rejects.toMatchObject({ code: 'handshake.subprotocol' });
    await until(session, () => session.rows === 1);
    const recording = openRecording(session.folder!);
    const detail = JSON.parse(new TextDecoder().decode(recording.readPayload(0))) as ErrorDetail;
    recording.close();
    session.reconfigure(diagnose(detail, session.options).fixes[0]!.change!);
    await session.connect();
    expect(session.summary).toMatchObject({ state: 'open', protocol: 'v2' });
  });
});

describe('the handshake', () => {
  const headers = [['Authorization', 'Bearer canary']] as const;

  it('is known as it travelled while the session lives, and recorded with its secrets masked', async () => {
    const [server, { engine }] = [await fallibleServer(), await testEngine()];
    const session = engine.create({ url: server.url, headers });
    expect(session.handshakes).toBeUndefined();
    await session.connect();
    expect(session.handshakes?.exchanges?.[0]?.request).toContain('Authorization: Bearer canary\r\n');
    expect(session.handshakes?.exchanges?.[0]?.response).toMatch(/^HTTP\/1\.1 101 /);
    await session.disconnect();
    const recording = openRecording(session.folder!);
    const row = new TextDecoder().decode(recording.readPayload(0));
    recording.close();
    expect(row).toContain('Bearer ••••');
    expect(row).not.toContain('canary');
  });

  it('is known of a refusal, and of the last attempt only', async () => {
    const [server, { engine }] = [await fallibleServer(), await testEngine()];
    const session = engine.create({ url: server.url, headers });
    server.status = 403;
    await expect(session.connect()).rejects.toMatchObject({ code: 'handshake.status' });
    expect(session.handshakes?.exchanges?.[0]?.response).toMatch(/^HTTP\/1\.1 403 /);
    await server.down();
    await expect(session.connect()).rejects.toMatchObject({ code: 'tcp.refused' });
    expect(session.handshakes?.exchanges ?? []).toEqual([]);
  });
});
