import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Engine } from '../../../src/engine/engine.ts';
import { listRecordings } from '../../../src/engine/recordings.ts';
import type { RecordingDescription } from '../../../src/engine/recordings.ts';
import { DuplexError } from '../../../src/shared/errors.ts';
import { createRecordings } from '../../../src/vscode/recordings.ts';
import { recordingItem } from '../../../src/vscode/sidebar/recordingItem.ts';
import { RecordingsTree } from '../../../src/vscode/sidebar/recordingsTree.ts';
import { manifest } from '../../support/recordings.ts';
import { fakeLog } from './support/fakeLog.ts';
import { workspace } from './support/fakeVscode.ts';

vi.mock('vscode', () => import('./support/fakeVscode.ts'));
vi.mock('../../../src/engine/recordings.ts', () => ({ listRecordings: vi.fn() }));

function described(given: Partial<RecordingDescription> = {}): RecordingDescription {
  return {
    folder: '/recordings/one',
    manifest: manifest({ name: 'Echo', url: 'ws://localhost/[a](command:b)' }),
    rows: 1204,
    usedAt: 0,
    bytes: 123_731_968,
    writer: undefined,
    ...given,
  };
}

describe('a recording in the tree', () => {
  test('shows its name, when it began, its rows and its size', () => {
    const { label, description, contextValue } = recordingItem(described());
    expect([label, contextValue]).toEqual(['Echo', 'recording']);
    expect(description).toMatch(/Jan 2/);
    expect(description).toContain(`${(1204).toLocaleString()} rows · 118 MiB`);
  });

  test('is opened by a click', () => {
    const recording = described();
    expect(recordingItem(recording).command).toMatchObject({
      command: 'duplex.openRecording',
      arguments: [recording],
    });
  });

  test('that another window writes shows a lock and offers no Delete', () => {
    const item = recordingItem(described({ writer: 4711 }));
    expect(item.iconPath).toMatchObject({ id: 'lock' });
    expect(item.contextValue).toBe('recording.locked');
    expect((item.tooltip as { value: string }).value).toContain('process 4711');
  });

  test('cannot put a link into the tooltip', () => {
    expect((recordingItem(described()).tooltip as { value: string }).value).not.toContain('[a](command:b)');
  });

  test('may have a broken date', () => {
    const item = recordingItem(described({ manifest: manifest({ startedAt: 'yesterday' }), rows: 1 }));
    expect(item.description).toBe('unknown date · 1 row · 118 MiB');
  });
});

describe('the Recordings view', () => {
  let sessions: { id: string; folder: string }[];
  let change: () => void;

  beforeEach(() => {
    vi.clearAllMocks();
    sessions = [];
    workspace.isTrusted = true;
  });

  function setUp(found: readonly RecordingDescription[] = [], older = 0) {
    vi.mocked(listRecordings).mockResolvedValue({ recordings: found, older });
    const engine = {
      sessions,
      onDidChange: (listener: () => void) => {
        change = listener;
        return () => undefined;
      },
    } as unknown as Engine;
    const recordings = createRecordings('/recordings');
    const { log, errors } = fakeLog();
    const info = vi.spyOn(log, 'info');
    const tree = new RecordingsTree({ engine, log, recordings });
    const texts: unknown[] = [];
    tree.onDidChangeTexts((text) => texts.push(text));
    let redrawn = 0;
    tree.onDidChangeTreeData(() => redrawn++);
    return { tree, recordings, info, errors, texts, redrawn: () => redrawn };
  }

  test('lists recordings without a session in this window, and their size on disk', async () => {
    const old = described({ folder: '/recordings/old', bytes: 1024 });
    sessions.push({ id: 'live', folder: '/recordings/live' });
    const { tree, texts } = setUp([described({ folder: '/recordings/live' }), old]);
    const [day] = await tree.getChildren();
    expect(await tree.getChildren(day)).toEqual([old]);
    expect(texts).toEqual([{ description: '1.0 KiB' }]);
  });

  test('groups recordings by day, and hides those without messages until the user shows them', async () => {
    const ago = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();
    const now = described({ manifest: manifest({ startedAt: ago(0) }) });
    const refused = described({ manifest: manifest({ startedAt: ago(0) }), rows: 1 });
    const before = described({ manifest: manifest({ startedAt: ago(1) }) });
    const { tree, texts } = setUp([now, refused, before]);
    expect(await tree.getChildren()).toEqual([
      { day: 'Today', recordings: [now] },
      { day: 'Yesterday', recordings: [before] },
    ]);
    expect(texts).toEqual([expect.objectContaining({ message: '1 recording without messages is hidden.' })]);
    tree.showAll(true);
    expect(await tree.getChildren()).toEqual([
      { day: 'Today', recordings: [now, refused] },
      { day: 'Yesterday', recordings: [before] },
    ]);
    expect(tree.getTreeItem({ day: 'Today', recordings: [] }).label).toBe('Today');
  });

  test('shows the number of hidden recordings', async () => {
    const { tree, texts } = setUp([described()], 734);
    await tree.getChildren();
    expect(texts).toEqual([expect.objectContaining({ message: expect.stringContaining('734 older') })]);
  });

  test('reads nothing in Restricted Mode', async () => {
    const { tree } = setUp([described()]);
    workspace.isTrusted = false;
    expect(await tree.getChildren()).toEqual([]);
    expect(listRecordings).not.toHaveBeenCalled();
  });

  test('leaves out other folders, and logs that once', async () => {
    const { tree, info, texts } = setUp();
    vi.mocked(listRecordings).mockImplementation(async (_parent, _most, onSkipped) => {
      onSkipped('/recordings/junk', new DuplexError('file.invalid', '/recordings/junk is not a recording.'));
      return { recordings: [], older: 0 };
    });
    await tree.getChildren();
    expect(await tree.getChildren()).toEqual([]);
    expect(info).toHaveBeenCalledTimes(1);
    expect(info).toHaveBeenCalledWith(expect.stringContaining('junk'));
    expect(texts).toEqual([{}, {}]);
  });

  test('shows why the folder cannot be read', async () => {
    const { tree, errors, texts } = setUp();
    vi.mocked(listRecordings).mockRejectedValue(
      new DuplexError('disk.denied', '/recordings cannot be used.'),
    );
    expect(await tree.getChildren()).toEqual([]);
    expect(texts).toEqual([{ message: '/recordings cannot be used.' }]);
    expect(errors).toEqual(['disk.denied: /recordings cannot be used.']);
  });

  test('is redrawn when a session or a recording is removed, not when a message arrives', () => {
    vi.useFakeTimers();
    try {
      const { recordings, redrawn } = setUp();
      change();
      vi.advanceTimersByTime(1000);
      expect(redrawn()).toBe(0);
      sessions.push({ id: 'one', folder: '/one' });
      change();
      vi.advanceTimersByTime(1000);
      expect(redrawn()).toBe(1);
      recordings.changed();
      vi.advanceTimersByTime(1000);
      expect(redrawn()).toBe(2);
    } finally {
      vi.useRealTimers();
    }
  });
});
