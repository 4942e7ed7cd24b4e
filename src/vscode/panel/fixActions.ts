import { commands, l10n, window } from 'vscode';
import type { LogOutputChannel } from 'vscode';
import { MASK, maskUrl } from '../../core/session/secrets/mask.ts';
import { invalidHeader, invalidUrl } from '../../core/session/options/validate.ts';
import type { FixAction } from '../../shared/diagnosis.ts';
import type { ConnectOptions } from '../../shared/session.ts';
import { editedUrl } from './editedUrl.ts';
import { inertCheck } from '../inertText.ts';

type Change = Partial<ConnectOptions> | undefined;

/**
 * Performs a fix that needs the user's input.
 * @returns the changed options; undefined if the user cancelled or another place was opened
 */
export async function fixAction(
  action: FixAction,
  options: ConnectOptions,
  log: LogOutputChannel,
): Promise<Change> {
  switch (action) {
    case 'editUrl':
      return askUrl(options);
    case 'editConnection':
      // The page opens its form.
      return undefined;
    case 'enterAuthorization':
      return askAuthorization(options);
    case 'enterProxy':
      return askProxy(options);
    case 'chooseCa':
      return askCa(options);
    case 'chooseClientCertificate':
      return askClientCertificate();
    case 'enterPassphrase':
      return askPassphrase();
    case 'openSettings':
      await commands.executeCommand('workbench.action.openSettings', 'duplex');
      return undefined;
    case 'showLog':
      log.show();
      return undefined;
  }
}

async function askUrl({ url }: ConnectOptions): Promise<Change> {
  const problem = (typed: string): string | undefined => {
    const edited = editedUrl(url, typed);
    if (edited.includes(MASK)) return l10n.t('Replace {0} with the secret.', MASK);
    return invalidUrl(edited);
  };
  const typed = await window.showInputBox({
    title: l10n.t('Edit URL'),
    value: maskUrl(url),
    validateInput: inertCheck(problem),
  });
  return typed === undefined ? undefined : { url: editedUrl(url, typed.trim()) };
}

async function askAuthorization({ headers }: ConnectOptions): Promise<Change> {
  const value = await window.showInputBox({
    title: l10n.t('Authorization Header'),
    prompt: l10n.t('For this session only: it is neither shown nor stored.'),
    placeHolder: l10n.t('Bearer TOKEN, or Basic USER PASSWORD'),
    password: true,
    validateInput: inertCheck((typed) => invalidHeader('Authorization', typed)),
  });
  if (!value?.trim()) return undefined;
  const others = headers.filter(([name]) => name.toLowerCase() !== 'authorization');
  return { headers: [...others, ['Authorization', value.trim()]] };
}

async function askProxy({ proxy }: ConnectOptions): Promise<Change> {
  const typed = await window.showInputBox({
    title: l10n.t('Proxy'),
    prompt: l10n.t('For this session only. Type “none” for no proxy; leave it empty to use the settings.'),
    placeHolder: l10n.t('http://user:password@proxy:3128, or socks5://proxy:1080'),
    value: maskUrl(proxy),
  });
  if (typed === undefined) return undefined;
  return { proxy: proxy === '' ? typed.trim() : editedUrl(proxy, typed.trim()) };
}

async function askCa({ ca }: ConnectOptions): Promise<Change> {
  const file = await askFile(l10n.t('Certificate Authority'), {
    [l10n.t('Certificates')]: ['pem', 'crt', 'cer'],
  });
  return file === undefined ? undefined : { ca: [...ca, file] };
}

async function askClientCertificate(): Promise<Change> {
  const certificates = { [l10n.t('Certificates')]: ['p12', 'pfx', 'pem', 'crt', 'cer'] };
  const file = await askFile(l10n.t('Client Certificate'), certificates);
  if (file === undefined) return undefined;
  if (/\.(p12|pfx)$/i.test(file)) return { pfx: file, cert: '', key: '' };
  const key = await askFile(l10n.t('Key of the Client Certificate'), {
    [l10n.t('Keys')]: ['pem', 'key'],
  });
  return key === undefined ? undefined : { cert: file, key, pfx: '' };
}

async function askPassphrase(): Promise<Change> {
  const passphrase = await window.showInputBox({
    title: l10n.t('Passphrase of the Client Certificate'),
    prompt: l10n.t('For this session only: it is neither shown nor stored.'),
    password: true,
  });
  return passphrase === undefined ? undefined : { passphrase };
}

async function askFile(title: string, filters: Record<string, string[]>): Promise<string | undefined> {
  const everything = { ...filters, [l10n.t('All Files')]: ['*'] };
  const [file] =
    (await window.showOpenDialog({ title, openLabel: l10n.t('Choose'), filters: everything })) ?? [];
  return file?.fsPath;
}
