import type { LineView } from '../../../../src/core/format/lineView.ts';
import { formatMessage } from '../../../../src/core/format/formatMessage.ts';
import { previewBinary, previewText } from '../../../../src/core/format/preview.ts';
import { DuplexError } from '../../../../src/shared/errors.ts';
import type {
  Draft,
  EditableConnection,
  PanelEvents,
  PanelHostCalls,
  PanelState,
} from '../../../../src/shared/panelProtocol.ts';
import { findImage } from '../../../../src/core/protocol/decode/findImage.ts';
import { findProtocol } from '../../../../src/core/protocol/registry.ts';
import { composableVerbs } from '../../../../src/core/request/plan/composedVerb.ts';
import { NameTable } from '../../../../src/recording/units/nameTable.ts';
import { Topics } from '../../../../src/recording/units/topics.ts';
import { UnitReader } from '../../../../src/core/protocol/unitReader.ts';
import { createRpc } from '../../../../src/shared/rpc.ts';
import type { SessionId, SessionSummary } from '../../../../src/shared/session.ts';
import type { UnitCounts } from '../../../../src/shared/unitIndexProtocol.ts';
import type { UnitList } from '../../../../src/shared/units.ts';
import { fakeSearches } from './fakeSearches.ts';
import type { FakeSearches } from './fakeSearches.ts';
import { fakeTimeline } from './fakeTimeline.ts';
import type { PanelPage } from './panelPage.ts';
import type { Direction, Kind, Row } from '../../../../src/shared/timeline.ts';

export interface FakeMessage {
  readonly kind?: Kind;
  readonly direction?: Direction;
  readonly payload: Uint8Array | string;
  /** Microseconds since the row before. */
  readonly delta?: number;
  readonly flags?: number;
  /** The preview, if it differs from the payload. */
  readonly preview?: string;
}

export type Calls = { readonly [Name in keyof PanelHostCalls]: Parameters<PanelHostCalls[Name]>[] };

/** A host in the test's own process. It keeps rows in memory, uses the real formatter, and records the page's calls. */
export interface FakeHost {
  readonly calls: Calls;
  readonly openDocuments: ReadonlySet<string>;
  readonly searches: FakeSearches;
  /** Columns that a new timeline has. */
  columns: readonly string[];
  /** Bytes of a text that the page gets as a whole. */
  mostText: number;
  /** Replaces the answers of calls. */
  answer: Partial<PanelHostCalls>;
  state: PanelState;
  /** Adds rows that are made when they are asked for, without an update. */
  readonly generate: (count: number, message: (seq: number) => FakeMessage) => void;
  add(...messages: FakeMessage[]): void;
  change(session: Partial<SessionSummary>): void;
  /** Sends the state to the page, as the extension does after a change. */
  readonly update: () => void;
  progress(document: string, done: number, total: number): void;
  /** As the command does. */
  goTo(text: string): void;
  /** Opens the form of the connection. */
  editConnection(): void;
  showRow(seq: number): void;
  dispose(): void;
}

const STARTED_AT = new Date(2026, 10, 22, 12, 1, 7, 123).getTime();

export const EDITABLE: EditableConnection = {
  url: 'wss://api.example.test/stream?channel=BTC',
  headers: [
    ['Origin', 'https://example.test'],
    ['Authorization', 'Bearer ••••'],
  ],
  subprotocols: ['v1.json'],
  deflate: true,
  insecure: false,
  proxy: '',
  servername: '',
  handshakeTimeout: 30_000,
  heartbeat: 0,
  reconnect: 0,
};

/** For JSON.stringify. */
const bytesAsBase64 = (_: string, value: unknown): unknown =>
  value instanceof Uint8Array ? { $bytes: Buffer.from(value).toString('base64') } : value;

const utf8 = (payload: Uint8Array | string): Uint8Array =>
  typeof payload === 'string' ? new TextEncoder().encode(payload) : payload;

function idleSession(): SessionSummary {
  return {
    id: 'session-1' as SessionId,
    name: 'api.example.test/stream',
    url: 'wss://api.example.test/stream',
    state: 'idle',
    protocol: '',
    extensions: '',
    startedAt: STARTED_AT,
    openedAt: undefined,
    in: { messages: 0, bytes: 0 },
    out: { messages: 0, bytes: 0 },
    error: undefined,
    firstRow: 0,
    recordedBytes: 0,
    keep: true,
    unrecorded: undefined,
    roundTrip: undefined,
    pendingBytes: 0,
    lastReceivedAt: undefined,
    attempt: undefined,
    tls: undefined,
    proxy: '',
    insecure: false,
    framesKept: false,
  };
}

/** Connects to a page before a panel is loaded there. */
export function fakeHost(panelPage: PanelPage): FakeHost {
  const blocks: { from: number; count: number; message: (seq: number) => FakeMessage }[] = [];
  const views = new Map<string, LineView>();
  const images = new Map<string, Uint8Array>();
  const openDocuments = new Set<string>();
  const noted: Record<string, unknown[][]> = {};
  let draft: Draft | undefined;

  const messageAt = (seq: number): FakeMessage => {
    const block = [...blocks].reverse().find(({ from }) => from <= seq)!;
    return block.message(seq);
  };
  const rowAt = (seq: number): Row => {
    const { kind = 'text', direction = 'in', payload, delta = 1_000, flags = 0, preview } = messageAt(seq);
    const bytes = utf8(payload);
    const shown = preview ?? (kind === 'binary' ? previewBinary(bytes) : previewText(bytes));
    const time = times[seq] ?? seq * delta;
    const summary = decoded(seq)?.units[0]?.summary;
    const row = {
      seq,
      time,
      kind,
      direction,
      size: bytes.length,
      stored: bytes.length,
      flags,
      preview: shown,
    };
    return summary === undefined ? row : { ...row, summary };
  };
  /** By the protocol that the session has; each message on its own. */
  const decoded = (seq: number): UnitList | undefined => {
    const { kind = 'text', direction = 'in', payload } = messageAt(seq);
    const { decodedAs, url } = host.state.session;
    if (!decodedAs || (kind !== 'text' && kind !== 'binary')) return undefined;
    const reader = new UnitReader({ protocol: decodedAs.id, url });
    return reader.list(kind, direction === 'out' ? 'client' : 'server', utf8(payload));
  };
  const countUnits = (filter: string): UnitCounts => {
    const all = Array.from({ length: host.state.rows }, (_, seq) => decoded(seq)?.units ?? []).flat();
    const tally = <T>(values: readonly T[]): Map<T, number> => {
      const counts = new Map<T, number>();
      for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
      return counts;
    };
    const names = [...tally(all.map(({ name }) => name))]
      .map(([name, count]) => ({ name, count }))
      .filter(({ name }) => name.includes(filter))
      .sort((a, b) => b.count - a.count);
    const types = [...tally(all.map(({ type }) => type))].map(([type, count]) => ({ type, count }));
    return { types, names, matches: names.length };
  };
  /** Of every row: the real host keeps them. */
  const collectTopics = (): Topics => {
    const table = new NameTable();
    const topics = new Topics(table);
    for (let seq = 0; seq < host.state.rows; seq++) {
      for (const { type, name } of decoded(seq)?.units ?? []) {
        if (type === 'event' || type === 'call') topics.add(table.number(name), seq);
      }
    }
    return topics;
  };
  // Rows that are added one by one have times that add up; generated ones keep an even pace.
  const times: number[] = [];

  const searches = fakeSearches(
    {
      firstRow: () => host.state.session.firstRow,
      rows: () => host.state.rows,
      row: rowAt,
      payload: (seq) => utf8(messageAt(seq).payload),
      units: (seq) => decoded(seq)?.units ?? [],
    },
    (states) => rpc.remote.searched(states),
  );

  const timeline = fakeTimeline({
    firstRow: () => host.state.session.firstRow,
    rows: () => host.state.rows,
    row: rowAt,
    payload: (seq) => utf8(messageAt(seq).payload),
    hits: (search, from, end) => searches.calls.hitsBetween(search, from, end),
  });

  const own: PanelHostCalls = {
    ...searches.calls,
    ...timeline,
    async ready() {
      openDocuments.clear();
      return { ...host.state, draft, columns: host.columns };
    },
    decodeRow: async (seq) => decoded(seq),
    conversation: async () => ({ rows: 0, total: 0, done: true, calls: [], subscriptions: [] }),
    unitCounts: async (filter) => countUnits(filter),
    callPairs: async () => ({ total: 0, pairs: [] }),
    topics: async (query, from, count) => {
      const names = findProtocol(host.state.session.decodedAs?.id ?? '')?.topics;
      const progress = { rows: host.state.rows, total: host.state.rows, done: true };
      const empty = { total: 0, active: -1, nodes: [], topics: 0, others: 0 };
      if (!names) return { progress, page: empty };
      const topics = collectTopics();
      const page = topics.page(names, query, from, count);
      const nodes = page.nodes.map((node) => {
        const { row } = node.last ?? {};
        if (row === undefined) return node;
        const value = decoded(row)?.units.at(-1)?.payload?.content ?? '';
        return { ...node, last: { row, value } };
      });
      return { progress, page: { ...page, nodes, topics: topics.size(names), others: topics.others } };
    },
    topicsUnder: async (path) => {
      const names = findProtocol(host.state.session.decodedAs?.id ?? '')?.topics;
      return names ? collectTopics().under(names, path, 100) : { names: [], matches: 0 };
    },
    rows: async (from, count) => {
      const end = Math.min(from + count, host.state.rows);
      return Array.from({ length: Math.max(0, end - from) }, (_, index) => rowAt(from + index));
    },
    async openDocument(document, seq, view) {
      const { kind = 'text', payload } = messageAt(seq);
      const job = formatMessage(utf8(payload), kind, view);
      let step = job.next();
      while (!step.done) step = job.next();
      const { view: lines, language, remark } = step.value;
      views.set(document, lines);
      openDocuments.add(document);
      const found =
        view === 'pretty' ? findImage(utf8(payload), kind === 'binary' ? 'binary' : 'text') : undefined;
      const image = found && 'bytes' in found ? found : undefined;
      if (image) images.set(document, image.bytes);
      const facts = image && { image: { type: image.type, width: image.width, height: image.height } };
      return { lines: lines.lines, language, remark, bytes: utf8(payload).length, ...facts };
    },
    async documentLines(document, from, count) {
      const view = views.get(document);
      if (!view || !openDocuments.has(document))
        throw new DuplexError('call.invalid', `No document ${document}.`);
      const length = Math.max(0, Math.min(count, view.lines - from));
      return Array.from({ length }, (_, index) => view.line(from + index));
    },
    async documentText(document) {
      const view = views.get(document);
      if (!view || !openDocuments.has(document))
        throw new DuplexError('call.invalid', `No document ${document}.`);
      const writing = view.text();
      let part = writing.next();
      while (!part.done) part = writing.next();
      return part.value.length > host.mostText ? undefined : part.value;
    },
    documentImage: async (document) => images.get(document)?.slice(),
    async closeDocument(document) {
      images.delete(document);
      openDocuments.delete(document);
      views.delete(document);
    },
    keepDraft(kept) {
      draft = kept;
    },
    pickFile: async () => undefined,
    askSchema: async () => undefined,
    keepFile: async (name) => name,
    variables: async () => [
      { name: 'channel', detail: 'BTC' },
      { name: '$uuid', detail: 'a random UUID' },
    ],
    verbs: async () => {
      const protocol = findProtocol(host.state.session.decodedAs?.id ?? '');
      return protocol ? composableVerbs(protocol) : [];
    },
    sentDrafts: async () => [],
    savedMessages: async () => [],
    saveMessage: async () => undefined,
    openSavedMessages: async () => undefined,
    repeat: async () => undefined,
    stopRepeat: async () => undefined,
    resend: async () => undefined,
    releaseHeld: async () => undefined,
    editHeld: async () => undefined,
    dropHeld: async () => undefined,
    addFault: async () => undefined,
    switchFault: async () => undefined,
    removeFault: async () => undefined,
    draftOf: async (seq) => ({ mode: 'json', text: new TextDecoder().decode(utf8(messageAt(seq).payload)) }),
    copyAs: async () => undefined,
    copyText: async () => undefined,
    compare: async () => undefined,
    compareReplayed: async () => undefined,
    openInEditor: async () => undefined,
    send: async () => undefined,
    connect: async () => undefined,
    disconnect: async () => undefined,
    savePayload: async () => undefined,
    copyPayload: async () => undefined,
    copyDocument: async () => undefined,
    frames: async () => ({ total: 0, frames: [] }),
    handshake: async () => undefined,
    copyHandshake: async () => undefined,
    diagnosis: async () => undefined,
    applyFix: async () => undefined,
    keepFrames: async () => undefined,
    run: async () => undefined,
    editableConnection: async () => EDITABLE,
    connectionProblem: async ({ url }) =>
      /^wss?:/.test(url) ? undefined : 'The URL has to begin with ws:// or wss://.',
    reconnectWith: async () => true,
    usualPath: async () => undefined,
    filledTexts: async (texts) => texts.map((text) => text.replaceAll(/\{\{\w+\}\}/g, 'filled')),
  };

  const handlers = Object.fromEntries(
    (Object.keys(own) as (keyof PanelHostCalls)[]).map((name) => {
      const record: unknown[][] = (noted[name] = []);
      const handler = (...args: unknown[]): unknown => {
        record.push(args);
        const answering = { ...own, ...host.answer } as unknown as Record<
          string,
          (...args: unknown[]) => unknown
        >;
        return answering[name]!(...args);
      };
      return [name, handler];
    }),
  );

  const rpc = createRpc<PanelEvents, typeof handlers>(
    {
      post(message) {
        // Bytes cross as such between VS Code and a webview; here they are base64 on the way.
        const script = `window.postMessage(${JSON.stringify(message, bytesAsBase64)}, '*')`.replace(
          /\{"\$bytes":"([^"]*)"\}/g,
          (_, base64: string) => `Uint8Array.from(atob("${base64}"), (c) => c.charCodeAt(0))`,
        );
        // A page that was closed or is being reloaded receives nothing more.
        panelPage.page.evaluate(script).catch(() => undefined);
      },
      listen(listener) {
        panelPage.receive = listener;
        return () => (panelPage.receive = () => undefined);
      },
    },
    handlers,
    {
      events: ['update', 'searched', 'formatProgress', 'goTo', 'showRow', 'editConnection'],
      timeout: 10_000,
      onError: (error) => {
        throw error;
      },
    },
  );

  const host: FakeHost = {
    calls: noted as unknown as Calls,
    openDocuments,
    searches,
    answer: {},
    columns: [],
    mostText: 32 * 2 ** 20,
    state: { session: idleSession(), rows: 0, remoteName: '', heartbeat: false, repeat: undefined },
    generate(count, message) {
      blocks.push({ from: host.state.rows, count, message });
      host.state = { ...host.state, rows: host.state.rows + count };
    },
    add(...messages) {
      for (const message of messages) {
        const seq = host.state.rows;
        times[seq] = (times[seq - 1] ?? 0) + (message.delta ?? 1_000);
        host.generate(1, () => message);
      }
    },
    change(session) {
      host.state = { ...host.state, session: { ...host.state.session, ...session } };
    },
    update() {
      rpc.remote.update(host.state);
      searches.goOn();
    },
    progress: (document, done, total) => rpc.remote.formatProgress(document, done, total),
    goTo: (text) => rpc.remote.goTo(text),
    editConnection: () => rpc.remote.editConnection(),
    showRow: (seq) => rpc.remote.showRow(seq),
    dispose: () => rpc.dispose(),
  };
  return host;
}
