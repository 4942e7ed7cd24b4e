import { commands, l10n, QuickPickItemKind, ThemeIcon, window } from 'vscode';
import type { QuickPickItem } from 'vscode';
import type { GivenOptions } from '../../core/session/options/connectOptions.ts';
import { importCommandLine, isCommandLine } from '../../core/convert/commandLine/importCommandLine.ts';
import { invalidUrl } from '../../core/session/options/validate.ts';
import { MASK, maskUrl } from '../../core/session/secrets/mask.ts';
import { parseArguments } from '../../files/parseArguments.ts';
import { connectRequest } from '../connectArguments.ts';
import { detach } from '../report.ts';
import type { Services } from '../services.ts';
import { prepareSession } from '../sessionLifecycle.ts';
import { pickOptions } from './options/pickOptions.ts';
import { urlCandidates } from './urlCandidates.ts';
import { askHeaders, askMasked } from '../askSecrets.ts';
import { inertText } from '../inertText.ts';
import type { RecentUrls } from '../recentUrls.ts';

interface Chosen {
  readonly url: string;
  /** The options of a pasted command line or a recent connection. */
  readonly options?: GivenOptions;
  readonly withOptions: boolean;
  /** Whether the form of a panel opens first, and nothing connects yet. */
  readonly inPanel?: boolean;
  /** The chosen connection of Recent, if its options are no longer stored. */
  readonly recent?: string | undefined;
}

const OPTIONS = { iconPath: new ThemeIcon('settings-gear'), tooltip: l10n.t('Options…') };

interface UrlItem extends QuickPickItem {
  /** Undefined for a row that only says why the typed text is not a URL. */
  readonly url?: string;
  readonly isRecent?: boolean;
  /** The options of a command line of curl, wscat or websocat. */
  readonly options?: GivenOptions;
  /** Whether to ask for more options before connecting. */
  readonly withOptions?: true;
  /** Whether to open a panel with the form instead of connecting. */
  readonly inPanel?: true;
}

/**
 * The rows for one text. The window reports a chosen row by its index in the list that it shows, and VS Code looks
 * the index up in the newest list. So a choice is valid only once the window shows that list. Until then, Enter takes
 * the first row, as it does while the user types.
 */
interface List {
  readonly items: readonly UrlItem[];
  isShown: boolean;
}

/**
 * Asks for a URL, starting with `typed`. The text is checked at each key, and recent URLs are offered.
 * @param keep whether the recording of a session that is prepared in a panel is kept
 * @param recent the connection of Recent whose URL the user completes
 * @returns the URL, with options if the user asked for them; undefined if the user cancelled or continues in a panel
 */
export async function pickUrl(
  services: Services,
  { typed = '', keep = true, recent }: { typed?: string; keep?: boolean; recent?: string } = {},
): Promise<string | GivenOptions | undefined> {
  const chosen = await pickOne(services, typed, recent);
  if (chosen === undefined) return undefined;
  if (chosen.inPanel) {
    prepareSession(services, { ...connectRequest(chosen.url), keep });
    return undefined;
  }
  const options =
    chosen.options ??
    (chosen.recent === undefined
      ? chosen.url
      : await completeRecent(services.recent, chosen.recent, chosen.url));
  if (!chosen.withOptions) return options;
  return pickOptions(typeof options === 'string' ? { url: options } : options);
}

/**
 * The options of a connection of Recent. Asks for those with secrets, which VS Code no longer has.
 * @param listed its URL in the list
 * @param url the whole URL
 * @throws DuplexError `call.cancelled` if the user cancels
 */
export async function completeRecent(
  recent: Pick<RecentUrls, 'secretHeadersOf' | 'plainOptionsOf'>,
  listed: string,
  url: string,
): Promise<string | GivenOptions> {
  const names = recent.secretHeadersOf(listed);
  const { headers = [], subprotocols = [], ...plain } = recent.plainOptionsOf(listed);
  if (names.length === 0 && Object.keys(recent.plainOptionsOf(listed)).length === 0) return url;
  const asked = await askHeaders(listed, names, 'recent');
  return {
    url,
    ...plain,
    headers: [...headers, ...asked.headers],
    subprotocols: [...subprotocols, ...asked.subprotocols],
    ...(await askMasked(plain)),
  };
}

async function pickOne(
  { recent, log }: Services,
  typed: string,
  completed?: string,
): Promise<Chosen | undefined> {
  const pick = window.createQuickPick<UrlItem>();
  pick.title = l10n.t('Connect to WebSocket');
  pick.placeholder = 'ws://localhost:8080/path';
  pick.value = typed;
  // Users often copy a URL from elsewhere in the window. The typed text must survive that.
  pick.ignoreFocusOut = true;
  // The first list replaces no other, so it counts as shown.
  let list: List = { items: [], isShown: true };
  const refresh = (): void => {
    const items = isCommandLine(pick.value)
      ? commandLineItems(pick.value)
      : allItems(recent.list(), pick.value);
    const replaces = list.items.length > 0;
    const refreshed: List = { items, isShown: !replaces };
    list = refreshed;
    pick.items = items;
    // Enter takes the first row. Without this, a recent URL that starts with the typed text may stay active.
    const first = firstRow(items);
    if (first?.url !== undefined && pick.value.trim() !== '') pick.activeItems = [first];
    if (replaces)
      detach(
        changesShown().then(() => (refreshed.isShown = true)),
        log,
      );
  };
  refresh();
  pick.onDidChangeValue(refresh);
  try {
    return await new Promise<Chosen | undefined>((resolve) => {
      let listed = completed;
      const take = (url: string, withOptions: boolean): void => {
        if (!url.includes(MASK)) {
          const isListed = listed !== undefined && new URL(url).host === new URL(listed).host;
          return resolve({ url, withOptions, recent: isListed ? listed : undefined });
        }
        // The URL's secret is not stored: the user completes it.
        pick.value = url;
        refresh();
      };
      /** Uses the stored options, so that the user is not asked again. */
      const takeRecent = async (url: string, withOptions: boolean): Promise<void> => {
        const options = await recent.optionsOf(url);
        if (options) return resolve({ url: options.url, options, withOptions });
        listed = url;
        take(url, withOptions);
      };
      pick.onDidAccept(() => {
        const [chosen] = list.isShown ? pick.selectedItems : [];
        const item = chosen ?? firstRow(list.items);
        if (item?.url === undefined) return;
        if (item.inPanel) return resolve({ url: item.url, withOptions: false, inPanel: true });
        if (item.options) resolve({ url: item.url, options: item.options, withOptions: false });
        else if (item.isRecent) detach(takeRecent(item.url, false), log);
        else take(item.url, item.withOptions === true);
      });
      pick.onDidTriggerItemButton(({ item: { url = '' }, button }) => {
        // The row may differ from the clicked one.
        if (!list.isShown) return;
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

function firstRow(items: readonly UrlItem[]): UrlItem | undefined {
  return items.find(({ kind }) => kind !== QuickPickItemKind.Separator);
}

/**
 * Resolves once the window shows the last change of a quick pick. VS Code sends changes in the next turn of the event
 * loop, and the window answers in order. A choice that it reports after this command is from the new list.
 */
async function changesShown(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
  await commands.executeCommand('setContext', 'duplex.connectList', true);
}

/** Recent connections come before URLs that only complete the typed text. */
function allItems(recents: readonly string[], value: string): readonly UrlItem[] {
  const typed = typedItems(value);
  const [first] = typed;
  const isInvented = value.trim() !== '' && first?.url !== undefined && first.url !== value.trim();
  const matching = isInvented ? recents.filter((url) => url.includes(value.trim())) : [];
  // An empty text has no URL of its own, and a recent URL is likelier than a new one.
  if (value.trim() === '') return [...recentItems(recents, value), inPanelItem(NEW_URL)];
  if (matching.length === 0) return [...typed, ...recentItems(recents, value)];
  return [...recentItems(matching, value), { label: '', kind: QuickPickItemKind.Separator }, ...typed];
}

/** The initial content of the form of a new connection. */
export const NEW_URL = 'ws://localhost:8080';

function inPanelItem(url: string): UrlItem {
  return {
    label: l10n.t('Fill In a Form…'),
    description: l10n.t('opens a panel without connecting'),
    iconPath: new ThemeIcon('edit'),
    alwaysShow: true,
    url,
    inPanel: true,
  };
}

/** The connection of a pasted command line, or the reason why it has none. */
function commandLineItems(text: string): readonly UrlItem[] {
  const result = importCommandLine(text, parseArguments);
  const requests = 'problem' in result ? [] : result.collections.flatMap((each) => each.requests);
  const problem = 'problem' in result ? result.problem : invalidUrl(requests[0]?.options.url ?? '');
  if (problem !== undefined)
    return [{ label: inertText(problem), iconPath: new ThemeIcon('warning'), alwaysShow: true }];
  return requests.map(({ options, left }) => ({
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
  // Also a separate row, because the keyboard does not reach buttons.
  const options: UrlItem = {
    label: l10n.t('Options…'),
    description: l10n.t('headers, subprotocols, time-outs, TLS, proxy'),
    iconPath: OPTIONS.iconPath,
    alwaysShow: true,
    url,
    withOptions: true,
  };
  return [...items, options, inPanelItem(url)];
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
