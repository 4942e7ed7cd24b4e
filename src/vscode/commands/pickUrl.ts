import { l10n, QuickPickItemKind, ThemeIcon, window } from 'vscode';
import type { QuickPickItem } from 'vscode';
import type { GivenOptions } from '../../core/session/options/connectOptions.ts';
import { importCommandLine, isCommandLine } from '../../core/convert/commandLine/importCommandLine.ts';
import { invalidUrl } from '../../core/session/options/validate.ts';
import { MASK, maskUrl } from '../../core/session/secrets/mask.ts';
import { parseArguments } from '../../engine/parseArguments.ts';
import { detach } from '../report.ts';
import type { Services } from '../services.ts';
import { pickOptions } from './options/pickOptions.ts';
import { urlCandidates } from './urlCandidates.ts';
import { inertText } from '../inertText.ts';

interface Chosen {
  readonly url: string;
  /** What a pasted command line, or a recent connection, says besides the URL. */
  readonly options?: GivenOptions;
  readonly withOptions: boolean;
}

const OPTIONS = { iconPath: new ThemeIcon('settings-gear'), tooltip: l10n.t('Options…') };

interface UrlItem extends QuickPickItem {
  /** Undefined for what only tells why the typed text is no URL. */
  readonly url?: string;
  readonly isRecent?: boolean;
  /** Of a command line of curl, wscat or websocat. */
  readonly options?: GivenOptions;
  /** What else there is to say about the connection is asked first. */
  readonly withOptions?: true;
}

/**
 * Asks for a URL, starting with `typed`: what is typed is checked with every key, recent ones are offered.
 * @returns the URL, with options where the user asked for them; undefined where the user gave up
 */
export async function pickUrl(services: Services, typed = ''): Promise<string | GivenOptions | undefined> {
  const chosen = await pickOne(services, typed);
  if (chosen === undefined) return undefined;
  if (chosen.withOptions) return pickOptions(chosen.options ?? { url: chosen.url });
  return chosen.options ?? chosen.url;
}

async function pickOne({ recent, log }: Services, typed: string): Promise<Chosen | undefined> {
  const pick = window.createQuickPick<UrlItem>();
  pick.title = l10n.t('Connect to WebSocket');
  pick.placeholder = 'ws://localhost:8080/path';
  pick.value = typed;
  // A URL is often copied from elsewhere in the window: looking for it must not lose what is typed.
  pick.ignoreFocusOut = true;
  const refresh = (): void => {
    const items = isCommandLine(pick.value)
      ? commandLineItems(pick.value)
      : allItems(recent.list(), pick.value);
    pick.items = items;
    // The first is what Enter takes; without this a recent URL that goes on from what is typed may stay the active one.
    const first = items.find(({ kind }) => kind !== QuickPickItemKind.Separator);
    if (first?.url !== undefined && pick.value.trim() !== '') pick.activeItems = [first];
  };
  refresh();
  pick.onDidChangeValue(refresh);
  try {
    return await new Promise<Chosen | undefined>((resolve) => {
      const take = (url: string, withOptions: boolean): void => {
        if (!url.includes(MASK)) return resolve({ url, withOptions });
        // Its secret was not kept: the user fills it in.
        pick.value = url;
        refresh();
      };
      /** With the options that are kept for it, so that nothing is asked again. */
      const takeRecent = async (url: string, withOptions: boolean): Promise<void> => {
        const options = await recent.optionsOf(url);
        if (options) resolve({ url: options.url, options, withOptions });
        else take(url, withOptions);
      };
      pick.onDidAccept(() => {
        const [item] = pick.selectedItems;
        if (item?.options)
          return resolve({ url: item.options.url, options: item.options, withOptions: false });
        const url = chosenUrl(item, pick.value);
        if (url === undefined) return;
        if (item?.isRecent && url === item.url) detach(takeRecent(url, false), log);
        else take(url, item?.withOptions === true);
      });
      pick.onDidTriggerItemButton(({ item: { url = '' }, button }) => {
        if (button === OPTIONS) detach(takeRecent(url, true), log);
        else detach(recent.remove(url).then(refresh), log);
      });
      pick.onDidHide(() => resolve(undefined));
      pick.show();
    });
  } finally {
    pick.dispose();
  }
}

/**
 * The list lags behind fast typing: what was chosen may have been made for an earlier text, or be missing. Then
 * the text itself counts, never a part of it.
 */
function chosenUrl(item: UrlItem | undefined, typed: string): string | undefined {
  const { urls } = urlCandidates(typed);
  const { url } = item ?? {};
  const fits = url !== undefined && (item?.isRecent ? url.includes(typed.trim()) : urls.includes(url));
  return fits ? url : urls[0];
}

/** Recent connections stand before the URLs that the typed text may only be completed to. */
function allItems(recents: readonly string[], value: string): readonly UrlItem[] {
  const typed = typedItems(value);
  const [first] = typed;
  const isInvented = value.trim() !== '' && first?.url !== undefined && first.url !== value.trim();
  const matching = isInvented ? recents.filter((url) => url.includes(value.trim())) : [];
  if (matching.length === 0) return [...typed, ...recentItems(recents, value)];
  return [...recentItems(matching, value), { label: '', kind: QuickPickItemKind.Separator }, ...typed];
}

/** What a pasted command line connects to, or why it does not. */
function commandLineItems(text: string): readonly UrlItem[] {
  const result = importCommandLine(text, parseArguments);
  const problem = 'problem' in result ? result.problem : invalidUrl(result.requests[0]?.options.url ?? '');
  if ('problem' in result || problem !== undefined)
    return [{ label: inertText(problem ?? ''), iconPath: new ThemeIcon('warning'), alwaysShow: true }];
  return result.requests.map(({ options, left }) => ({
    label: inertText(maskUrl(options.url)),
    description: l10n.t('Connect as this command line does'),
    ...(left.length > 0 && { detail: inertText(left.join(' ')) }),
    iconPath: new ThemeIcon('terminal'),
    alwaysShow: true,
    url: options.url,
    options,
  }));
}

function typedItems(typed: string): readonly UrlItem[] {
  if (typed.trim() === '') return [];
  const { urls, problem } = urlCandidates(typed);
  if (problem !== undefined)
    return [{ label: inertText(problem), iconPath: new ThemeIcon('warning'), alwaysShow: true }];
  const items = urls.map((url): UrlItem => ({
    label: inertText(url),
    description: l10n.t('Connect'),
    iconPath: new ThemeIcon('plug'),
    buttons: [OPTIONS],
    alwaysShow: true,
    url,
  }));
  const [url] = urls;
  if (url === undefined) return items;
  // As a row of its own too: buttons are out of reach of the keyboard.
  const options: UrlItem = {
    label: l10n.t('Options…'),
    description: l10n.t('headers, subprotocols, time-outs, TLS, proxy'),
    iconPath: OPTIONS.iconPath,
    alwaysShow: true,
    url,
    withOptions: true,
  };
  return [...items, options];
}

function recentItems(recents: readonly string[], typed: string): readonly UrlItem[] {
  const others = recents.filter((url) => url !== typed.trim());
  if (others.length === 0) return [];
  const forget = { iconPath: new ThemeIcon('close'), tooltip: l10n.t('Remove From Recent') };
  return [
    { label: l10n.t('recent'), kind: QuickPickItemKind.Separator },
    ...others.map((url) => ({
      label: inertText(url),
      iconPath: new ThemeIcon('history'),
      buttons: [OPTIONS, forget],
      url,
      isRecent: true,
    })),
  ];
}
