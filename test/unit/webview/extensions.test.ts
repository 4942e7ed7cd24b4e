import { describe, expect, it } from 'vitest';
import { explainExtensions, extensionNames, parseExtensions } from '../../../src/webview/text/extensions.ts';

describe('the extensions of a connection', () => {
  it('are taken apart with their parameters', () => {
    expect(parseExtensions('permessage-deflate; server_max_window_bits="10" ;x, foo;bar=1')).toEqual([
      {
        name: 'permessage-deflate',
        parameters: [
          { name: 'server_max_window_bits', value: '10', meaning: 'the server looks back at most 1 KiB' },
          { name: 'x', value: '', meaning: '' },
        ],
      },
      { name: 'foo', parameters: [{ name: 'bar', value: '1', meaning: '' }] },
    ]);
    expect(parseExtensions('')).toEqual([]);
  });

  it('are named shortly', () => {
    expect(extensionNames('permessage-deflate; client_no_context_takeover, x-other')).toBe(
      'deflate, x-other',
    );
  });

  it('are explained line by line', () => {
    const header =
      'permessage-deflate; server_no_context_takeover; client_no_context_takeover; client_max_window_bits=9, x-other; a=b';
    expect(explainExtensions(header).split('\n')).toEqual([
      'permessage-deflate',
      '    server_no_context_takeover: the server compresses each message on its own',
      '    client_no_context_takeover: the client compresses each message on its own',
      '    client_max_window_bits=9: the client looks back at most 512 B',
      'x-other',
      '    a=b',
    ]);
  });

  it('have the window of RFC 7692 where a server names none', () => {
    expect(explainExtensions('permessage-deflate; client_max_window_bits')).toContain('at most 32 KiB');
  });

  it('explain the parameters of others by nothing', () => {
    expect(explainExtensions('other; server_no_context_takeover')).toBe(
      'other\n    server_no_context_takeover',
    );
  });
});
