import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { LogOutputChannel } from 'vscode';
import { connectOptions } from '../../../src/core/session/options/connectOptions.ts';
import type { FixAction } from '../../../src/shared/diagnosis.ts';
import type { ConnectOptions } from '../../../src/shared/session.ts';
import { fixAction } from '../../../src/vscode/panel/fixActions.ts';
import { commands, Uri, window } from './support/fakeVscode.ts';

vi.mock('vscode', () => import('./support/fakeVscode.ts'));

const options = connectOptions({
  url: 'wss://me:canary@host.test/a?token=canary2',
  headers: [
    ['authorization', 'Bearer old'],
    ['X-One', '1'],
  ],
  ca: ['/first.pem'],
  proxy: 'http://me:canary3@proxy.test:3128',
});
const show = vi.fn();
const act = (action: FixAction): Promise<Partial<ConnectOptions> | undefined> =>
  fixAction(action, options, { show } as unknown as LogOutputChannel);

interface InputBox {
  readonly value?: string;
  readonly password?: boolean;
  validateInput?(typed: string): string | undefined;
}
/** The options of the last input box. */
const box = (): InputBox => (window.showInputBox.mock.calls as unknown as [InputBox][]).at(-1)![0];
const type = (text: string): void => void window.showInputBox.mockResolvedValueOnce(text);
const choose = (path: string): void => void window.showOpenDialog.mockResolvedValueOnce([Uri.file(path)]);

beforeEach(() => vi.clearAllMocks());

describe('a fix that asks for the URL', () => {
  test('shows it without secrets, and fills them in again', async () => {
    type('wss://host.test/b?token=••••');
    expect(await act('editUrl')).toEqual({ url: 'wss://me:canary@host.test/b?token=canary2' });
    expect(box().value).toBe('wss://host.test/a?token=••••');
  });

  test('checks it at every key', async () => {
    type('x');
    await act('editUrl');
    expect(box().validateInput?.('http://host.test/')).toMatch(/starts with ws:/);
    expect(box().validateInput?.('wss://other.test/?token=••••')).toMatch(/Replace •••• with the secret/);
    expect(box().validateInput?.('wss://other.test/?token=new')).toBeUndefined();
  });
});

describe('a fix that asks for a secret', () => {
  test('hides the input, and replaces the old secret', async () => {
    type(' Bearer new ');
    expect(await act('enterAuthorization')).toEqual({
      headers: [
        ['X-One', '1'],
        ['Authorization', 'Bearer new'],
      ],
    });
    expect(box()).toMatchObject({ password: true });
    expect(box().value).toBeUndefined();
    expect(box().validateInput?.('a\nb')).toMatch(/line break/);
    type('word');
    expect(await act('enterPassphrase')).toEqual({ passphrase: 'word' });
    expect(box()).toMatchObject({ password: true });
  });

  test('shows a proxy without its credentials, and keeps them', async () => {
    type('http://proxy.test:3128/x');
    expect(await act('enterProxy')).toEqual({ proxy: 'http://me:canary3@proxy.test:3128/x' });
    expect(box().value).toBe('http://proxy.test:3128');
    type('socks5://other.test:1080');
    expect(await act('enterProxy')).toEqual({ proxy: 'socks5://other.test:1080' });
  });
});

describe('a fix that asks for files', () => {
  test('adds an authority to the existing ones', async () => {
    choose('/ca.pem');
    expect(await act('chooseCa')).toEqual({ ca: ['/first.pem', '/ca.pem'] });
  });

  test('takes a certificate with its key, in one file or in two', async () => {
    choose('/me.P12');
    expect(await act('chooseClientCertificate')).toEqual({ pfx: '/me.P12', cert: '', key: '' });
    choose('/me.pem');
    choose('/me.key');
    expect(await act('chooseClientCertificate')).toEqual({ pfx: '', cert: '/me.pem', key: '/me.key' });
    choose('/me.pem');
    expect(await act('chooseClientCertificate')).toBeUndefined();
  });
});

test.each<FixAction>([
  'editUrl',
  'enterAuthorization',
  'enterProxy',
  'chooseCa',
  'chooseClientCertificate',
  'enterPassphrase',
])('%s changes nothing if the user cancels', async (action) => {
  expect(await act(action)).toBeUndefined();
});

test('a fix that opens another place changes nothing', async () => {
  expect(await act('openSettings')).toBeUndefined();
  expect(commands.executeCommand).toHaveBeenCalledWith('workbench.action.openSettings', 'duplex');
  expect(await act('showLog')).toBeUndefined();
  expect(show).toHaveBeenCalledOnce();
});
