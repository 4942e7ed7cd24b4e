import type { FormattedDocument, View } from './formatProtocol.ts';
import type { FramePage } from './frames.ts';
import type { Hit, Query, SearchState } from './queryProtocol.ts';
import type { ConnectOptions, SessionSummary } from './session.ts';
import type { ErrorDetail, HandshakeDetail, OpenDetail, Row } from './timeline.ts';
import type { PanelUnitCalls } from './panelUnits.ts';
import type { PanelTimelineCalls } from './timelineProtocol.ts';

/** How the text in the composer becomes a message. */
export const COMPOSER_MODES = ['text', 'json', 'hex', 'base64', 'file'] as const;
export type ComposerMode = (typeof COMPOSER_MODES)[number];

export interface Draft {
  readonly mode: ComposerMode;
  /** The text; of mode `file`, the path as `pickFile` gave it. */
  readonly text: string;
  /** Send `{{…}}` as it is, without filling in variables. */
  readonly asIs?: boolean;
}

/** A variable that a draft may refer to. */
export interface PanelVariable {
  readonly name: string;
  /** Its value, or where it comes from; never a secret. */
  readonly detail: string;
}

/** A message saved in the workspace. */
export interface SavedMessage {
  readonly name: string;
  readonly draft: Draft;
}

/** A message that is sent again and again. */
export interface RepeatProgress {
  readonly sent: number;
  readonly times: number;
}

/** What a panel shows at once. `rows` counts what can be read back from the recording. */
export interface PanelState {
  readonly session: SessionSummary;
  readonly rows: number;
  /** Name of the remote machine that connections start from, or empty. */
  readonly remoteName: string;
  /** Whether pings are sent by themselves: then round trips tell what idle time would. */
  readonly heartbeat: boolean;
  /** The message that is being repeated. */
  readonly repeat: RepeatProgress | undefined;
}

/** What a page starts with. */
export interface PanelStart extends PanelState {
  /** What `keepDraft` kept last. */
  readonly draft: Draft | undefined;
}

/** What a panel may search for. */
export type PanelQuery = Pick<Query, 'directions' | 'kinds' | 'text'>;

/** What the last attempt to connect left, whether it came about or not; a failure has a message. */
export type AnyHandshake = HandshakeDetail & Partial<OpenDetail> & Partial<ErrorDetail>;

/** The last handshake of a session. */
export interface PanelHandshake {
  /** Without credentials. */
  readonly url: string;
  readonly detail: AnyHandshake;
  /** Whether secrets stand in it as they travelled. */
  readonly isRevealed: boolean;
  /** False where nothing but a recording is left of it, in which secrets are masked for good. */
  readonly canReveal: boolean;
}

/** What a failure's card offers to do. */
export interface PanelFix {
  readonly id: string;
  readonly label: string;
}

/** Why a session failed, or a connection ended without being asked to. */
export interface PanelDiagnosis {
  /** What the evidence says before all else, in a few words; absent if it says no more than the cause. */
  readonly headline?: string;
  /** One sentence. */
  readonly cause: string;
  readonly evidence: readonly { readonly label: string; readonly value: string }[];
  /** The best one first. */
  readonly fixes: readonly PanelFix[];
  /** Of a failure; secrets in it are masked. */
  readonly detail?: ErrorDetail;
  /** When the server allows another try, in milliseconds since the epoch. */
  readonly retryAt?: number;
}

/** The options of a connection that the panel edits. Durations in milliseconds. */
export type EditableConnection = Pick<
  ConnectOptions,
  | 'url'
  | 'headers'
  | 'subprotocols'
  | 'deflate'
  | 'insecure'
  | 'proxy'
  | 'servername'
  | 'handshakeTimeout'
  | 'heartbeat'
  | 'reconnect'
>;

/** What the header's menu does. The host asks for what else is needed. */
export const PANEL_COMMANDS = [
  'ping',
  'closeWithCode',
  'duplicate',
  'duplicateAndEdit',
  'rename',
  'clear',
  'saveAsRequestFile',
  'copyCurl',
  'forceClose',
  'keyboardShortcuts',
  'chooseProtocol',
] as const;
export type PanelCommand = (typeof PANEL_COMMANDS)[number];

/** webview -> host: how the connection came about, or why not, and what to do about it. */
export interface PanelConnectionCalls {
  /** @param reveal secrets as they travelled, where the session still knows them; undefined before the first handshake */
  handshake(reveal: boolean): Promise<PanelHandshake | undefined>;
  /** As a curl command, or as it travelled. Secrets are masked unless revealed. */
  copyHandshake(as: 'curl' | 'raw', reveal: boolean): Promise<void>;
  /** Undefined where nothing failed and no connection ended but as it was asked to. */
  diagnosis(): Promise<PanelDiagnosis | undefined>;
  /** Changes what the fix changes and connects again. Asks first where that weakens security. */
  applyFix(id: string): Promise<void>;
  /** Connects anew, from now on with the details of every frame. */
  keepFrames(): Promise<void>;
  run(command: PanelCommand): Promise<void>;
  /** The options of the connection, secrets masked. */
  editableConnection(): Promise<EditableConnection>;
  /** Why these options cannot be used, as one sentence; undefined if they can. A masked secret stands for itself. */
  connectionProblem(edited: EditableConnection): Promise<string | undefined>;
  /** Asks first if security is weakened, then connects with these options. @returns false if the user did not agree */
  reconnectWith(edited: EditableConnection): Promise<boolean>;
}

/** How far one of the page's searches is. */
export interface PanelSearchState extends SearchState {
  readonly search: string;
}

/** webview -> host: searches of the session's rows. They go on with the rows that arrive until they are ended. */
export interface PanelSearchCalls {
  /** The webview names the search, each with a new name. `call.invalid`, with a sentence, for a pattern that is not valid. */
  startSearch(search: string, query: PanelQuery): Promise<void>;
  /** Hits number `from` and on: fewer at the end. `call.cancelled` once the search was ended. */
  hits(search: string, from: number, count: number): Promise<Hit[]>;
  /** Those among the rows from `from` up to but not including `end`, MAX_PULL at most. */
  hitsBetween(search: string, from: number, end: number): Promise<Hit[]>;
  /** Number of the first hit at or after a row: as many as there are hits where none is. */
  hitPosition(search: string, seq: number): Promise<number>;
  /** Event, no answer. Stops it and frees what it found. */
  endSearch(search: string): void;
}

/** webview -> host: what the composer does. */
export interface PanelComposerCalls {
  /** Fails with the reason if the draft cannot be sent; it then stays in the composer. */
  send(draft: Draft): Promise<void>;
  /**
   * Event, no answer. Keeps the draft in memory for as long as the panel lives: VS Code unloads the page of a
   * hidden panel, and what a page can leave behind itself lies on disk, where no draft belongs.
   */
  keepDraft(draft: Draft): void;
  /** Lets the user choose a file to send; undefined if they chose none. */
  pickFile(): Promise<string | undefined>;
  /** Keeps the bytes of a dropped file. @returns the text of a draft of mode `file` that sends them */
  keepFile(name: string, bytes: Uint8Array): Promise<string>;
  variables(): Promise<PanelVariable[]>;
  /** What was sent to this URL in any session, newest first. */
  sentDrafts(): Promise<Draft[]>;
  savedMessages(): Promise<SavedMessage[]>;
  /** Asks for a name and saves the draft in the workspace's file of messages. */
  saveMessage(draft: Draft): Promise<void>;
  openSavedMessages(): Promise<void>;
  /** Sends a draft `times` times, each `interval` milliseconds after the one before. Answers when it is done or stopped. */
  repeat(draft: Draft, times: number, interval: number): Promise<void>;
  stopRepeat(): Promise<void>;
}

/** webview -> host: what a row's menu does. */
export interface PanelRowCalls {
  /** Sends the message of a row again, as it travelled. */
  resend(seq: number): Promise<void>;
  /** The draft that sends the message of a row again. `call.invalid` for one too large to be edited. */
  draftOf(seq: number): Promise<Draft>;
  copyAs(seq: number, format: CopyFormat): Promise<void>;
  /** Copies a short text, such as a JSONPath. */
  copyText(text: string): Promise<void>;
  /** Opens two messages in VS Code's diff editor. */
  compare(first: number, second: number): Promise<void>;
  /** Opens a message as a read-only document, formatted as `pretty` does. */
  openInEditor(seq: number): Promise<void>;
}

export const COPY_FORMATS = ['hex', 'base64'] as const;
export type CopyFormat = (typeof COPY_FORMATS)[number];

/** webview -> host: calls. Each answers, fails with a code, or times out. */
export interface PanelHostCalls
  extends
    PanelSearchCalls,
    PanelConnectionCalls,
    PanelTimelineCalls,
    PanelComposerCalls,
    PanelRowCalls,
    PanelUnitCalls {
  /** On every load of the page: the host then sends `update`s. */
  ready(): Promise<PanelStart>;
  rows(from: number, count: number): Promise<Row[]>;
  /** A row's frames number `from` and on, MAX_PULL at most: none where the session did not keep them. */
  frames(seq: number, from: number, count: number): Promise<FramePage>;
  /** The webview names the document; the same name cancels or closes it. */
  openDocument(document: string, seq: number, view: View): Promise<FormattedDocument>;
  documentLines(document: string, from: number, count: number): Promise<string[]>;
  /** The whole text of a document; undefined if it is too large to be held by the page. */
  documentText(document: string): Promise<Uint8Array | undefined>;
  closeDocument(document: string): Promise<void>;
  connect(): Promise<void>;
  /** While the session is closing: ends it at once. */
  disconnect(): Promise<void>;
  /** Asks where to, saves through a worker, tells the outcome as a notification. */
  savePayload(seq: number): Promise<void>;
  copyPayload(seq: number): Promise<void>;
  copyDocument(document: string): Promise<void>;
}

/** host -> webview: events, at most 20 a second. */
export interface PanelEvents {
  update(state: PanelState): void;
  /** Asks where to go in the timeline; `text` stands in the field at first. */
  goTo(text: string): void;
  /** Selects a row and shows it. */
  showRow(seq: number): void;
  /** Opens the form of the connection's options. */
  editConnection(): void;
  /** Of those searches that went on since. */
  searched(states: readonly PanelSearchState[]): void;
  formatProgress(document: string, done: number, total: number): void;
}
