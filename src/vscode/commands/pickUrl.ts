import { l10n, QuickPickItemKind, ThemeIcon, window } from 'vscode';
import type { QuickPickItem } from 'vscode';
import { MASK } from '../../core/session/redact.ts';
import { detach } from '../detach.ts';
import type { Services } from '../services.ts';
import { urlCandidates } from './urlCandidates.ts';

interface UrlItem extends QuickPickItem {
  /** Undefined for what only tells why the typed text is no URL. */
  readonly url?: string;
  readonly isRecent?: boolean;
}

/** Asks for a URL, starting with `typed`: what is typed is checked with every key, recent ones are offered. */
export async function pickUrl({ recent, log }: Services, typed = ''): Promise<string | undefined> {
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
  pick.onDidTriggerItemButton(({ item }) => {
    detach(recent.remove(item.url ?? '').then(refresh), log);
  });
  try {
    return await new Promise<string | undefined>((resolve) => {
      pick.onDidAccept(() => {
        const url = chosenUrl(pick.selectedItems[0], pick.value);
        if (url === undefined) return;
        // Its secret was not kept: the user fills it in.
        if (!url.includes(MASK)) return resolve(url);
        pick.value = url;
        refresh();
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
    return [{ label: problem, iconPath: new ThemeIcon('warning'), alwaysShow: true }];
  return urls.map((url) => ({
    label: url,
    description: l10n.t('Connect'),
    iconPath: new ThemeIcon('plug'),
    alwaysShow: true,
    url,
  }));
}

function recentItems(recents: readonly string[], typed: string): readonly UrlItem[] {
  const others = recents.filter((url) => url !== typed.trim());
  if (others.length === 0) return [];
  const forget = { iconPath: new ThemeIcon('close'), tooltip: l10n.t('Remove From Recent') };
  return [
    { label: l10n.t('recent'), kind: QuickPickItemKind.Separator },
    ...others.map((url) => ({
      label: url,
      iconPath: new ThemeIcon('history'),
      buttons: [forget],
      url,
      isRecent: true,
    })),
  ];
}
