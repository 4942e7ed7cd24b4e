import { describe, expect, it } from 'vitest';
import { maskUrl } from '../../../../../src/core/session/secrets/mask.ts';
import { sessionName } from '../../../../../src/core/session/secrets/mask.ts';
import { unixUrl } from '../../../../../src/core/session/options/url.ts';
import { invalidUrl } from '../../../../../src/core/session/options/validate.ts';

describe('the URL of a Unix socket', () => {
  it.each([
    ['ws+unix:/run/a.sock:/path?q=1', false, '/run/a.sock', '/path?q=1'],
    ['ws+unix:///run/a.sock:/path', false, '/run/a.sock', '/path'],
    ['WSS+UNIX:/run/a.sock', true, '/run/a.sock', '/'],
    ['ws+unix:/run/with%20blank.sock:path', false, '/run/with blank.sock', '/path'],
    ['ws+unix:/run/a.sock:/a:b/../c', false, '/run/a.sock', '/c'],
  ])('%s has its parts', (url, secure, socketPath, path) => {
    expect(unixUrl(url)).toEqual({ secure, socketPath, path });
    expect(invalidUrl(url)).toBeUndefined();
  });

  it.each(['ws+unix:', 'ws+unix:relative.sock', 'ws+unix://host/a.sock', 'ws+unix:/a%.sock', 'ws://a/b:c'])(
    '%s is not the URL of a Unix socket',
    (url) => expect(unixUrl(url)).toBeUndefined(),
  );

  it('keeps its paths, an @ among them, and hides the secrets of its query', () => {
    expect(maskUrl('ws+unix:/run/a@b.sock:/p?token=canary')).toBe('ws+unix:/run/a@b.sock:/p?token=••••');
  });

  it('hides user info that is not allowed', () => {
    expect(maskUrl('ws+unix://me:canary@host/x')).toBe('ws+unix://host/x');
  });

  it('names a session by its paths', () => {
    expect(sessionName('ws+unix:///run/a.sock:/p?q=1')).toBe('/run/a.sock:/p');
  });
});
