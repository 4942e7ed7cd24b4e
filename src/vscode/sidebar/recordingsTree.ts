import { EventEmitter, l10n, TreeItem, TreeItemCollapsibleState, workspace } from 'vscode';
import type { Disposable, Event, TreeDataProvider } from 'vscode';
import { listRecordings } from '../../engine/recordings.ts';
import type { RecordingDescription, RecordingList } from '../../engine/recordings.ts';
import { toDuplexError } from '../../shared/errors.ts';
import { byteCount } from '../../shared/byteCount.ts';
import { inertText } from '../inertText.ts';
import type { Services } from '../services.ts';
import { throttle } from '../throttle.ts';
import { dayText, recordingItem } from './recordingItem.ts';
import type { ViewTexts } from './viewTexts.ts';

/** Maximum recordings that are listed. */
const MOST = 500;

const REFRESH_INTERVAL = 500;

/** A heading of the Recordings view: the recordings that began on one day. */
export interface RecordingDay {
  readonly day: string;
  readonly recordings: readonly RecordingDescription[];
}

type RecordingNode = RecordingDescription | RecordingDay;

/**
 * The Recordings view: the recordings of sessions that are no longer listed. They are read only while the view is
 * shown.
 */
export class RecordingsTree implements TreeDataProvider<RecordingNode>, Disposable {
  readonly #services: Pick<Services, 'engine' | 'log' | 'recordings'>;
  readonly #changed = new EventEmitter<void>();
  readonly #texts = new EventEmitter<ViewTexts>();
  readonly #refresh = throttle(() => this.#changed.fire(), REFRESH_INTERVAL);
  readonly #stops: (() => void)[];
  /** Folders that were logged. Each is logged only once, because the view reads them often. */
  readonly #skipped = new Set<string>();
  #live = '';
  #showsAll = false;
  readonly onDidChangeTreeData: Event<void> = this.#changed.event;
  readonly onDidChangeTexts: Event<ViewTexts> = this.#texts.event;

  constructor(services: Pick<Services, 'engine' | 'log' | 'recordings'>) {
    this.#services = services;
    const { engine, recordings } = services;
    const gone = recordings.onDidChange(() => this.#refresh());
    this.#stops = [engine.onDidChange(() => this.#compare()), () => void gone.dispose()];
  }

  /** Whether recordings without messages, such as those of refused connections, are listed. */
  showAll(isShown: boolean): void {
    this.#showsAll = isShown;
    this.#refresh();
  }

  async getChildren(parent?: RecordingNode): Promise<RecordingNode[]> {
    if (parent !== undefined) return 'day' in parent ? [...parent.recordings] : [];
    if (!workspace.isTrusted) return [];
    const { engine, log, recordings } = this.#services;
    try {
      const list = await listRecordings(recordings.folder, MOST, (folder, error) => {
        if (this.#skipped.has(folder)) return;
        this.#skipped.add(folder);
        log.info(`Not among the recordings: ${error.message}`);
      });
      const live = new Set(engine.sessions.map(({ folder }) => folder));
      const listed = list.recordings.filter(({ folder }) => !live.has(folder));
      const shown = this.#showsAll ? listed : listed.filter((recording) => !isEmpty(recording));
      this.#texts.fire(textsOf(shown, list, listed.length - shown.length));
      return days(shown);
    } catch (thrown) {
      const { code, message } = toDuplexError(thrown);
      log.error(`${code}: ${message}`);
      this.#texts.fire({ message });
      return [];
    }
  }

  getTreeItem(node: RecordingNode): TreeItem {
    return 'day' in node ? dayItem(node) : recordingItem(node);
  }

  /** Other windows may have changed the folder. */
  refresh(): void {
    this.#refresh();
  }

  dispose(): void {
    for (const stop of this.#stops) stop();
    this.#refresh.dispose();
    this.#changed.dispose();
    this.#texts.dispose();
  }

  /** A new session hides its recording, and a removed one shows it. Other events of sessions do not matter here. */
  #compare(): void {
    const live = this.#services.engine.sessions.map(({ id }) => id).join();
    if (live === this.#live) return;
    this.#live = live;
    this.#refresh();
  }
}

/** At most the failure to connect is recorded. */
function isEmpty({ rows, writer }: RecordingDescription): boolean {
  return rows <= 1 && writer === undefined;
}

/** The recordings grouped by the day on which they began, newest first. */
function days(recordings: readonly RecordingDescription[]): RecordingDay[] {
  const byDay = new Map<string, RecordingDescription[]>();
  for (const recording of recordings) {
    const day = dayText(recording.manifest.startedAt);
    byDay.set(day, [...(byDay.get(day) ?? []), recording]);
  }
  return [...byDay].map(([day, of]) => ({ day, recordings: of }));
}

function dayItem({ day }: RecordingDay): TreeItem {
  const item = new TreeItem(inertText(day), TreeItemCollapsibleState.Expanded);
  item.id = `day.${day}`;
  item.contextValue = 'day';
  return item;
}

function textsOf(
  shown: readonly RecordingDescription[],
  { older }: RecordingList,
  hidden: number,
): ViewTexts {
  const bytes = shown.reduce((sum, recording) => sum + recording.bytes, 0);
  const sentences = [
    ...(older > 0 ? [l10n.t('The newest {0} recordings; {1} older ones are not shown.', MOST, older)] : []),
    ...(hidden === 1 ? [l10n.t('1 recording without messages is hidden.')] : []),
    ...(hidden > 1 ? [l10n.t('{0} recordings without messages are hidden.', hidden)] : []),
  ];
  return {
    ...(shown.length > 0 && { description: byteCount(bytes) }),
    ...(sentences.length > 0 && { message: sentences.join(' ') }),
  };
}
