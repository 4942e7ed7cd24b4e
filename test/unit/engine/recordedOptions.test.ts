import { describe, expect, it } from 'vitest';
import { connectOptions } from '../../../src/core/session/connectOptions.ts';
import { recordedHeaders, recordedOptions } from '../../../src/engine/recordedOptions.ts';
import { manifest } from '../../support/recordings.ts';

describe('what a recording knows of how to connect', () => {
  it('is headers and subprotocols, without what is masked', () => {
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
      headers: [['Origin', 'https://a.test']],
      subprotocols: ['v2', 'v1'],
    });
  });

  it('offers none where none were offered', () => {
    const { subprotocols } = recordedOptions(manifest());
    expect(subprotocols).toEqual([]);
    expect(recordedHeaders(connectOptions({ url: 'ws://h/' }))).toEqual([]);
  });
});
