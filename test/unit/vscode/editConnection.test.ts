import { describe, expect, it } from 'vitest';
import { connectOptions } from '../../../src/core/session/options/connectOptions.ts';
import { MASK } from '../../../src/core/session/secrets/mask.ts';
import {
  changedConnection,
  checkEditable,
  editableConnection,
} from '../../../src/vscode/panel/editConnection.ts';

const options = connectOptions({
  url: 'wss://me:pass-1@host.test/feed?token=tok-2&channel=BTC',
  headers: [
    ['Authorization', 'Bearer tok-3'],
    ['Origin', 'https://a.test'],
    ['X-Api-Key', 'key-4'],
  ],
  proxy: 'http://me:pass-5@proxy.test:3128',
});

const edit = editableConnection(options);

describe('the options to edit', () => {
  it('contain no secret', () => {
    expect(JSON.stringify(edit)).not.toMatch(/pass-1|tok-2|tok-3|key-4|pass-5/);
    expect(JSON.stringify(edit)).toContain(MASK);
  });

  it('change nothing without an edit', () => {
    expect(changedConnection(options, edit)).toMatchObject({
      url: options.url,
      headers: options.headers,
      proxy: options.proxy,
    });
  });

  it('keep the secrets of unchanged entries when others are added, changed and removed', () => {
    const headers = [['X-New', '1'], ...edit.headers.filter(([name]) => name !== 'Origin')] as const;
    const changed = changedConnection(options, { ...edit, headers, url: edit.url.replace('BTC', 'ETH') });
    expect(changed.headers).toEqual([
      ['X-New', '1'],
      ['Authorization', 'Bearer tok-3'],
      ['X-Api-Key', 'key-4'],
    ]);
    expect(changed.url).toBe('wss://me:pass-1@host.test/feed?token=tok-2&channel=ETH');
  });

  it.each([
    ['another host', { url: edit.url.replace('host.test', 'other.test') }],
    ['another header', { headers: [['X-Other', edit.headers[0]![1]]] as const }],
    ['another proxy', { proxy: edit.proxy.replace('proxy.test', 'evil.test') }],
  ])('give no secret to %s', (_, change) => {
    let sent = '';
    try {
      sent = JSON.stringify(changedConnection(options, { ...edit, ...change }));
    } catch (error) {
      expect(String(error)).toMatch(/type it again/);
    }
    expect(sent).not.toMatch(/tok-2.*other|pass-5.*evil|X-Other.*tok-3/);
  });

  it.each([
    ['URL', { url: 'https//host' }],
    ['header', { headers: [['Bad Name', 'x']] as const }],
    ['subprotocol', { subprotocols: ['a b'] }],
    ['proxy', { proxy: 'ftp://proxy' }],
  ])('report the problem of a %s', (_, change) => {
    expect(() => changedConnection(options, { ...edit, ...change })).toThrow(/\w+/);
  });

  it('are refused if a hostile page sends other types', () => {
    expect(checkEditable(edit)).toEqual(edit);
    for (const change of [{ url: 1 }, { headers: [['a']] }, { deflate: 'yes' }, { heartbeat: NaN }])
      expect(() => checkEditable({ ...edit, ...change })).toThrow(/not valid/);
    expect(() => checkEditable(null)).toThrow(/not valid/);
  });
});
