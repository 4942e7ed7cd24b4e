import { l10n, QuickPickItemKind, ThemeIcon, window } from 'vscode';
import type { QuickPickItem } from 'vscode';
import type { GivenOptions } from '../../core/session/options/connectOptions.ts';
import { MASK } from '../../core/session/secrets/mask.ts';
import { detach } from '../report.ts';
import type { Services } from '../services.ts';
import { pickOptions } from './options/pickOptions.ts';
import { urlCandidates } from './urlCandidates.ts';
import { inertText } from '../inertText.ts';

interface Chosen {
  readonly url: string;
  readonly withOptions: boolean;
}

const OPTIONS = { iconPath: new ThemeIcon('settings-gear'), tooltip: l10n.t('Options…') };

interface UrlItem extends QuickPickItem {
  /** Undefined for what only tells why the typed text is no URL. */
  readonly url?: string;
  readonly isRecent?: boolean;
  /** What else there is to say about the connection is asked first. */
  readonly withOptions?: true;
}

/**
 * Asks for a URL, starting with `typed`: what is typed is checked with every key, recent ones are offered.
 * @returns the URL, with options where the user asked for them; undefined where the user gave up
 */
export async function pickUrl(services: Services, typed = ''): Promise<string | GivenOptions | undefined> {
  const chosen = await pickOne(services, typed);
  return chosen?.withOptions ? pickOptions(chosen.url) : chosen?.url;
}

async function pickOne({ recent, log }: Services, typed: string): Promise<Chosen | undefined> {
  const pick = window.createQuickPick<UrlItem>();
  pick.title = l10n.t('Connect to WebSocket');
  pick.placeholder = 'ws://localhost:8080/path';
  pick.value = typed;
  // A URL is often copied from elsewhere in the window: looking for it must not lose what is typed.
  pick.ignoreFocusOut = true;
  const refresh = (): void => {
    const recents = recent.list();
    const items = [...typedItems(pick.value), ...recentItems(recents, pick.value)];
    pick.items = items;
    // What is typed is what Enter takes; without this a recent URL that goes on from it may stay the active one.
    const [first] = items;
    if (first?.url !== undefined) pick.activeItems = [first];
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
      pick.onDidAccept(() => {
        const [item] = pick.selectedItems;
        const url = chosenUrl(item, pick.value);
        if (url !== undefined) take(url, item?.withOptions === true);
      });
      pick.onDidTriggerItemButton(({ item: { url = '' }, button }) => {
        if (button === OPTIONS) take(url, true);
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
