import { describe, expect, it } from 'vitest';
import { connectOptions } from '../../../src/core/session/options/connectOptions.ts';
import { MASK } from '../../../src/core/session/secrets/mask.ts';
import type { ConnectOptions } from '../../../src/shared/session.ts';
import { editableConnection } from '../../../src/vscode/panel/editConnection.ts';
import { asWritten, writtenConnection } from '../../../src/vscode/panel/writtenConnection.ts';

/** The content of a form for a connection that was created from these texts and values. */
function shown(
  texts: Partial<Pick<ConnectOptions, 'url' | 'proxy' | 'headers' | 'subprotocols'>>,
  values: typeof texts,
  later: Partial<ConnectOptions> = {},
) {
  const base = { url: 'wss://host.test/', proxy: '', headers: [], subprotocols: [] };
  const options = connectOptions({ ...base, ...values });
  const edited = { ...editableConnection(options), ...base, ...texts };
  const found = writtenConnection(edited, options);
  const now = { ...options, ...later };
  return asWritten(editableConnection(now), now, found);
}

describe('the options to edit', () => {
  it('have variables in the places where the user wrote them', () => {
    const form = shown(
      {
        url: 'wss://{{host}}/feed?channel={{channel}}',
        headers: [
          ['Authorization', 'Bearer {{token}}'],
          ['X-Client', 'v{{version}}'],
          ['Origin', 'https://a.test'],
        ],
        subprotocols: ['v1.json', '{{proto}}'],
        proxy: 'http://{{proxy}}:3128',
      },
      {
        url: 'wss://host.test/feed?channel=BTC',
        headers: [
          ['Authorization', 'Bearer tok-1'],
          ['X-Client', 'v7'],
          ['Origin', 'https://a.test'],
        ],
        subprotocols: ['v1.json', 'v2.json'],
        proxy: 'http://proxy.test:3128',
      },
    );
    expect(form).toMatchObject({
      url: 'wss://{{host}}/feed?channel={{channel}}',
      headers: [
        ['Authorization', 'Bearer {{token}}'],
        ['X-Client', 'v{{version}}'],
        ['Origin', 'https://a.test'],
      ],
      subprotocols: ['v1.json', '{{proto}}'],
      proxy: 'http://{{proxy}}:3128',
    });
    expect(JSON.stringify(form)).not.toContain('tok-1');
  });

  it('show a variable in a secret place, and mask a secret beside it', () => {
    const form = shown(
      {
        url: 'wss://me:pass-1@{{host}}/?token={{token}}&key=key-2',
        headers: [
          ['X-Api-Key', '{{key}}'],
          ['Cookie', 'sid=abc-3; theme={{theme}}'],
        ],
      },
      {
        url: 'wss://me:pass-1@host.test/?token=tok-4&key=key-2',
        headers: [
          ['X-Api-Key', 'key-5'],
          ['Cookie', 'sid=abc-3; theme=dark'],
        ],
      },
    );
    expect(form.url).toBe(`wss://{{host}}/?token={{token}}&key=${MASK}`);
    expect(form.headers).toEqual([
      ['X-Api-Key', '{{key}}'],
      ['Cookie', MASK],
    ]);
    expect(JSON.stringify(form)).not.toMatch(/pass-1|key-2|abc-3|tok-4|key-5/);
  });

  it('show the value of the connection if the variables gave another one', () => {
    const form = shown(
      { url: 'wss://{{host}}/', headers: [['X-A', '{{a}}']] },
      { url: 'wss://host.test/', headers: [['X-A', '1']] },
      { url: 'wss://other.test/', headers: [['X-A', '2']] },
    );
    expect(form.url).toBe('wss://other.test/');
    expect(form.headers).toEqual([['X-A', '2']]);
  });

  it('keep headers of one value apart by their names', () => {
    const values = [
      ['X-A', '1'],
      ['X-B', '1'],
    ] as const;
    const form = shown(
      {
        headers: [
          ['X-A', '{{one}}'],
          ['X-B', '1'],
        ],
      },
      { headers: values },
    );
    expect(form.headers).toEqual([
      ['X-A', '{{one}}'],
      ['X-B', '1'],
    ]);
  });

  it('are unchanged without variables', () => {
    const options = connectOptions({ url: 'wss://host.test/?token=tok-1' });
    const masked = editableConnection(options);
    expect(asWritten(masked, options, undefined)).toBe(masked);
    expect(asWritten(masked, options, writtenConnection(masked, options))).toEqual(masked);
  });
});
