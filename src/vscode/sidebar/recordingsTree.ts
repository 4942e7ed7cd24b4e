import { EventEmitter, l10n, workspace } from 'vscode';
import type { Disposable, Event, TreeDataProvider, TreeItem } from 'vscode';
import { listRecordings } from '../../engine/recordings.ts';
import type { RecordingDescription, RecordingList } from '../../engine/recordings.ts';
import { toDuplexError } from '../../shared/errors.ts';
import { byteCount } from '../../shared/byteCount.ts';
import type { Services } from '../services.ts';
import { throttle } from '../throttle.ts';
import { recordingItem } from './recordingItem.ts';
import type { ViewTexts } from './viewTexts.ts';

/** More recordings than anybody scrolls through. */
const MOST = 500;

const REFRESH_INTERVAL = 500;

/** The Recordings view: what was recorded by sessions that are not listed any more. Read only when it is shown. */
export class RecordingsTree implements TreeDataProvider<RecordingDescription>, Disposable {
  readonly #services: Pick<Services, 'engine' | 'log' | 'recordings'>;
  readonly #changed = new EventEmitter<void>();
  readonly #texts = new EventEmitter<ViewTexts>();
  readonly #refresh = throttle(() => this.#changed.fire(), REFRESH_INTERVAL);
  readonly #stops: (() => void)[];
  /** Told once each: the view is read often. */
  readonly #skipped = new Set<string>();
  #live = '';
  readonly onDidChangeTreeData: Event<void> = this.#changed.event;
  readonly onDidChangeTexts: Event<ViewTexts> = this.#texts.event;

  constructor(services: Pick<Services, 'engine' | 'log' | 'recordings'>) {
    this.#services = services;
    const { engine, recordings } = services;
    const gone = recordings.onDidChange(() => this.#refresh());
    this.#stops = [engine.onDidChange(() => this.#compare()), () => void gone.dispose()];
  }

  async getChildren(parent?: RecordingDescription): Promise<RecordingDescription[]> {
    if (parent !== undefined || !workspace.isTrusted) return [];
    const { engine, log, recordings } = this.#services;
    try {
      const list = await listRecordings(recordings.folder, MOST, (folder, error) => {
        if (this.#skipped.has(folder)) return;
        this.#skipped.add(folder);
        log.info(`Not among the recordings: ${error.message}`);
      });
      const live = new Set(engine.sessions.map(({ folder }) => folder));
      const shown = list.recordings.filter(({ folder }) => !live.has(folder));
      this.#texts.fire(textsOf(shown, list));
      return shown;
    } catch (thrown) {
      const { code, message } = toDuplexError(thrown);
      log.error(`${code}: ${message}`);
      this.#texts.fire({ message });
      return [];
    }
  }

  getTreeItem(recording: RecordingDescription): TreeItem {
    return recordingItem(recording);
  }

  /** Other windows record to the same folder. */
  refresh(): void {
    this.#refresh();
  }

  dispose(): void {
    for (const stop of this.#stops) stop();
    this.#refresh.dispose();
    this.#changed.dispose();
    this.#texts.dispose();
  }

  /** A session that came or went hides or shows a recording; what else happens to sessions does not matter here. */
  #compare(): void {
    const live = this.#services.engine.sessions.map(({ id }) => id).join();
    if (live === this.#live) return;
    this.#live = live;
    this.#refresh();
  }
}

function textsOf(shown: readonly RecordingDescription[], { older }: RecordingList): ViewTexts {
  const bytes = shown.reduce((sum, recording) => sum + recording.bytes, 0);
  return {
    ...(shown.length > 0 && { description: byteCount(bytes) }),
    ...(older > 0 && {
      message: l10n.t('The newest {0} recordings; {1} older ones are not shown.', MOST, older),
    }),
  };
}
