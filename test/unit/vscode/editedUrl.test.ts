import { describe, expect, test } from 'vitest';
import { maskUrl } from '../../../src/core/session/secrets/mask.ts';
import { editedUrl } from '../../../src/vscode/panel/editedUrl.ts';

const URL = 'wss://me:pass@Host.test:8443/a?token=abc&x=1';

/** What the user makes of what is shown. */
const edit = (from: string | RegExp, to: string): string => editedUrl(URL, maskUrl(URL).replace(from, to));

describe('an edited URL', () => {
  test('shows no secret, and stays the same without a change', () => {
    expect(maskUrl(URL)).toBe('wss://Host.test:8443/a?token=••••&x=1');
    expect(editedUrl(URL, maskUrl(URL))).toBe(URL);
  });

  test('keeps its secrets if path and query change', () => {
    expect(edit('/a?', '/b/c?')).toBe('wss://me:pass@Host.test:8443/b/c?token=abc&x=1');
    expect(edit('x=1', 'y=2')).toBe('wss://me:pass@Host.test:8443/a?token=abc&y=2');
    expect(edit('wss:', 'ws:')).toBe('ws://me:pass@Host.test:8443/a?token=abc&x=1');
  });

  test('keeps the secrets of its path and of its fragment', () => {
    const url = 'ws://h/chat;token=abc;v=1?x=1#session=def';
    const edited = maskUrl(url).replace('x=1', 'x=2');
    expect(edited).toBe('ws://h/chat;token=••••;v=1?x=2#session=••••');
    expect(editedUrl(url, edited)).toBe('ws://h/chat;token=abc;v=1?x=2#session=def');
  });

  test('takes other secrets that are written in their place', () => {
    expect(edit('••••', 'new')).toBe('wss://me:pass@Host.test:8443/a?token=new&x=1');
    expect(edit('//', '//you:word@')).toBe('wss://you:word@Host.test:8443/a?token=abc&x=1');
  });

  test('never gives the secrets of a host to another one', () => {
    expect(edit('Host.test', 'other.test')).toBe('wss://other.test:8443/a?token=••••&x=1');
    expect(edit(':8443', ':9443')).toBe('wss://Host.test:9443/a?token=••••&x=1');
    expect(edit('Host.test', 'host.TEST')).toBe('wss://me:pass@host.TEST:8443/a?token=abc&x=1');
  });

  test('leaves a URL without secrets as written', () => {
    expect(editedUrl('ws://localhost/', 'ws://localhost:8080/x')).toBe('ws://localhost:8080/x');
  });
});
