import { describe, expect, it } from 'vitest';
import { connectOptions } from '../../../src/core/session/options/connectOptions.ts';
import { lostHeaders, recordedHeaders, recordedOptions } from '../../../src/engine/recordedSession.ts';
import { manifest } from '../../support/recordings.ts';

describe('the options that a recording has', () => {
  it('are headers and subprotocols, without masked ones', () => {
    const options = connectOptions({
      url: 'ws://h/',
      headers: [
        ['Origin', 'https://a.test'],
        ['Authorization', 'Bearer canary'],
      ],
      subprotocols: ['v2', 'v1'],
    });
    const requestHeaders = recordedHeaders(options);
    expect(requestHeaders).toEqual([
      ['Origin', 'https://a.test'],
      ['Authorization', 'Bearer ••••'],
      ['Sec-WebSocket-Protocol', 'v2, v1'],
    ]);
    expect(recordedOptions(manifest({ url: 'ws://h/', requestHeaders }))).toEqual({
      url: 'ws://h/',
      decode: [],
      headers: [['Origin', 'https://a.test']],
      subprotocols: ['v2', 'v1'],
      protocol: 'auto',
    });
  });

  it('have no subprotocols if none were offered', () => {
    const { subprotocols } = recordedOptions(manifest());
    expect(subprotocols).toEqual([]);
    expect(recordedHeaders(connectOptions({ url: 'ws://h/' }))).toEqual([]);
  });

  it('do not include a subprotocol that is a token, as browsers send it', () => {
    const requestHeaders = recordedHeaders(
      connectOptions({ url: 'ws://h/', subprotocols: ['v1', 'canary'.repeat(9)] }),
    );
    expect(requestHeaders).toEqual([['Sec-WebSocket-Protocol', 'v1, ••••']]);
    expect(recordedOptions(manifest({ requestHeaders })).subprotocols).toEqual(['v1']);
  });
});

describe('a secret that a recording masks', () => {
  const options = connectOptions({
    url: 'ws://h/',
    headers: [
      ['Authorization', 'Bearer canary'],
      ['X-Trace', '1'],
      ['Cookie', 'a=canary'],
      ['cookie', 'b=canary'],
    ],
    subprotocols: ['v1', 'canary'.repeat(9)],
  });
  const recorded = manifest({ url: 'ws://h/', requestHeaders: recordedHeaders(options) });

  it('is missing from a connection that is made from the recording', () => {
    const again = connectOptions(recordedOptions(recorded));
    expect(lostHeaders(recorded, again)).toEqual(['Authorization', 'Cookie', 'Sec-WebSocket-Protocol']);
  });

  it('is not missing from the session that recorded it', () => {
    expect(lostHeaders(recorded, options)).toEqual([]);
  });

  it('does not exist without a secret', () => {
    const plain = connectOptions({ url: 'ws://h/', headers: [['X-Trace', '1']], subprotocols: ['v1'] });
    expect(lostHeaders(manifest({ requestHeaders: recordedHeaders(plain) }), plain)).toEqual([]);
  });
});
