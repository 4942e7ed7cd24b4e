import type { FormattedDocument, View } from './formatProtocol.ts';
import type { FramePage } from './frames.ts';
import type { Hit, Query, SearchState } from './queryProtocol.ts';
import type { ConnectOptions, SessionSummary } from './session.ts';
import type { ErrorDetail, HandshakeDetail, OpenDetail, Row } from './timeline.ts';
import type { PanelUnitCalls } from './panelUnits.ts';
import type { PanelVerb, VerbDraft } from './panelVerbs.ts';
import type { PanelTimelineCalls } from './timelineProtocol.ts';
import type { UnitQuery } from './unitIndexProtocol.ts';

/** The ways to make a message from the text in the composer. */
export const COMPOSER_MODES = ['text', 'json', 'hex', 'base64', 'file'] as const;
export type ComposerMode = (typeof COMPOSER_MODES)[number];

export interface Draft {
  readonly mode: ComposerMode;
  /** The text; in mode `file`, the path from `pickFile`. */
  readonly text: string;
  /** Send `{{…}}` unchanged, without resolving variables. */
  readonly asIs?: boolean;
  /** Send the text, in mode `text` or `json`, as bytes of this format, written as in `@encode`. */
  readonly encode?: string;
  /** Send this verb, with the text as its payload. */
  readonly verb?: VerbDraft;
}

/** A variable that a draft may reference. */
export interface PanelVariable {
  readonly name: string;
  /** Its value or its source; never a secret. */
  readonly detail: string;
}

/** A message saved in the workspace. */
export interface SavedMessage {
  readonly name: string;
  readonly draft: Draft;
}

/** A message that is sent repeatedly. */
export interface RepeatProgress {
  readonly sent: number;
  readonly times: number;
}

/** A fault of the proxy that a connection passes through. */
export interface PanelFault {
  readonly id: number;
  /** The text after `@fault`, such as `drop in probability 0.1`. */
  readonly written: string;
  readonly isOn: boolean;
  /** How often it has fired. */
  readonly fired: number;
  /** Whether the file of the proxy contains it, so that it cannot be removed. */
  readonly isOfFile: boolean;
  /** The directions whose messages it holds. */
  readonly holds: readonly ('in' | 'out')[];
}

/** The proxy that a connection passes through. Its faults apply to all of its connections. */
export interface PanelProxy {
  readonly faults: readonly PanelFault[];
  /** Rows of the held messages, in order of arrival. */
  readonly held: readonly number[];
}

/** The initial and changing state of a panel. `rows` is the number of readable rows of the recording. */
export interface PanelState {
  readonly session: SessionSummary;
  readonly rows: number;
  /** Name of the remote machine from which connections start; empty if there is none. */
  readonly remoteName: string;
  /** Whether pings are sent automatically. Round trips then show what the idle time would show. */
  readonly heartbeat: boolean;
  /** The message that is being repeated. */
  readonly repeat: RepeatProgress | undefined;
  /** Absent if the connection does not pass through a proxy of this window. */
  readonly proxy?: PanelProxy | undefined;
}

/** The state with which a page starts. */
export interface PanelStart extends PanelState {
  /** The latest draft from `keepDraft`. */
  readonly draft: Draft | undefined;
  /** JSONPaths of the columns of a new timeline. */
  readonly columns: readonly string[];
}

/** The queries that a panel can run. */
export interface PanelQuery extends Pick<Query, 'directions' | 'kinds' | 'text' | 'folds'> {
  /** Only rows that contain such a unit. */
  readonly units?: Pick<UnitQuery, 'types' | 'names' | 'operation'>;
  /** Search the text in decoded messages. */
  readonly decoded?: true;
  /** The protocol of the units, which makes queries of different protocols different. */
  readonly protocol?: string;
}

/** The result of the last attempt to connect. The result of a failed attempt has a message. */
export type AnyHandshake = HandshakeDetail & Partial<OpenDetail> & Partial<ErrorDetail>;

/** The last handshake of a session. */
export interface PanelHandshake {
  /** The URL without credentials. */
  readonly url: string;
  readonly detail: AnyHandshake;
  /** Whether secrets are shown unmasked. */
  readonly isRevealed: boolean;
  /** False if only a recording remains, in which secrets are masked permanently. */
  readonly canReveal: boolean;
}

/** An action that the card of a failure offers. */
export interface PanelFix {
  readonly id: string;
  readonly label: string;
}

/** The reason why a session failed or a connection ended unexpectedly. */
export interface PanelDiagnosis {
  /** The main finding in a few words; absent if it adds nothing to the cause. */
  readonly headline?: string;
  /** One sentence. */
  readonly cause: string;
  readonly evidence: readonly { readonly label: string; readonly value: string }[];
  /** The best fix first. */
  readonly fixes: readonly PanelFix[];
  /** The details of a failure, with masked secrets. */
  readonly detail?: ErrorDetail;
  /** When the server allows another attempt, in milliseconds since the epoch. */
  readonly retryAt?: number;
}

/** The connection options that the panel edits. Durations are in milliseconds. */
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

/** The actions of the header's menu. The host asks for any further input. */
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

/** webview -> host: how the connection was established, or why it failed, with remedies. */
export interface PanelHandshakeCalls {
  /**
   * @param reveal whether to show secrets unmasked, if the session still has them
   * @returns undefined before the first handshake
   */
  handshake(reveal: boolean): Promise<PanelHandshake | undefined>;
  /** Copies the handshake as a curl command or as transmitted. Secrets are masked unless `reveal` is true. */
  copyHandshake(as: 'curl' | 'raw', reveal: boolean): Promise<void>;
  /** The diagnosis; undefined if nothing failed and no connection ended unexpectedly. */
  diagnosis(): Promise<PanelDiagnosis | undefined>;
  /** Applies the fix and reconnects. Asks for confirmation if the fix reduces security. */
  applyFix(id: string): Promise<void>;
  /** Reconnects, and from now on records the details of every frame. */
  keepFrames(): Promise<void>;
}

/** webview -> host: the form of the connection's options, and the menu of the header. */
export interface PanelConnectionCalls {
  run(command: PanelCommand): Promise<void>;
  /** The connection options, with masked secrets. */
  editableConnection(): Promise<EditableConnection>;
  /**
   * Resolves the variables in texts with the chosen environment; secrets are masked. A text with an unknown variable
   * becomes undefined.
   */
  filledTexts(texts: readonly string[]): Promise<(string | undefined)[]>;
  /**
   * The reason why these options are invalid, as one sentence; undefined if they are valid. A masked secret stands for
   * its value.
   */
  connectionProblem(edited: EditableConnection): Promise<string | undefined>;
  /**
   * The path that servers of the named protocol usually have; undefined if the URL has a path.
   * @param url may contain variables
   */
  usualPath(url: string): Promise<string | undefined>;
  /**
   * Resolves the variables and connects with these options. Asks for confirmation if they reduce security.
   * @returns false if the user did not confirm
   */
  reconnectWith(edited: EditableConnection): Promise<boolean>;
}

/** The progress of one of the page's searches. */
export interface PanelSearchState extends SearchState {
  readonly search: string;
}

/** webview -> host: searches of the session's rows. Each one follows new rows until it is ended. */
export interface PanelSearchCalls {
  /**
   * Starts a search under a new name, which the webview chooses. `call.invalid`, with a sentence, for an invalid
   * pattern.
   */
  startSearch(search: string, query: PanelQuery): Promise<void>;
  /** Hits from number `from` on; fewer at the end. `call.cancelled` if the search was ended. */
  hits(search: string, from: number, count: number): Promise<Hit[]>;
  /** The hits from row `from` up to, but not including, row `end`; at most MAX_PULL. */
  hitsBetween(search: string, from: number, end: number): Promise<Hit[]>;
  /** Number of the first hit at or after a row; the number of hits if there is none. */
  hitPosition(search: string, seq: number): Promise<number>;
  /** An event without an answer. Stops the search and frees its hits. */
  endSearch(search: string): void;
}

/** webview -> host: the actions of the composer. */
export interface PanelComposerCalls {
  /** Sends a draft. If it cannot be sent, fails with the reason, and the draft stays in the composer. */
  send(draft: Draft): Promise<void>;
  /**
   * An event without an answer. Keeps the draft in memory while the panel lives. VS Code unloads the page of a hidden
   * panel, and a page can only save state to disk, where drafts do not belong.
   */
  keepDraft(draft: Draft): void;
  /** Lets the user choose a file to send. @returns its path; undefined if the user cancelled */
  pickFile(): Promise<string | undefined>;
  /** Keeps the bytes of a dropped file. @returns the text of a draft of mode `file` that sends them */
  keepFile(name: string, bytes: Uint8Array): Promise<string>;
  variables(): Promise<PanelVariable[]>;
  /**
   * Asks for a message type and its schema, and checks that they can be used.
   * @param format the current format
   * @returns the format that encodes by them; undefined if the user cancelled
   */
  askSchema(format: string): Promise<string | undefined>;
  /** The verbs of the session's current protocol; none if the protocol is not known. */
  verbs(): Promise<readonly PanelVerb[]>;
  /** The messages sent to this URL in any session, newest first. */
  sentDrafts(): Promise<Draft[]>;
  savedMessages(): Promise<SavedMessage[]>;
  /** Asks for a name and saves the draft in the workspace's message file. */
  saveMessage(draft: Draft): Promise<void>;
  openSavedMessages(): Promise<void>;
  /** Sends a draft `times` times, `interval` milliseconds apart. Resolves when it is done or stopped. */
  repeat(draft: Draft, times: number, interval: number): Promise<void>;
  stopRepeat(): Promise<void>;
}

/** webview -> host: the actions of a row's menu. */
export interface PanelRowCalls {
  /** Sends the message of a row again, unchanged. */
  resend(seq: number): Promise<void>;
  /** Returns a draft that sends the message of a row again. `call.invalid` if the message is too large to edit. */
  draftOf(seq: number): Promise<Draft>;
  copyAs(seq: number, format: CopyFormat): Promise<void>;
  /** Copies a short text, such as a JSONPath. */
  copyText(text: string): Promise<void>;
  /** Opens two messages in VS Code's diff editor. */
  compare(first: number, second: number): Promise<void>;
  /** Opens the recorded and the new message of a divergence in VS Code's diff editor. @param seq the row of its note */
  compareReplayed(seq: number): Promise<void>;
  /** Opens a message as a read-only document, formatted as `pretty` does. */
  openInEditor(seq: number): Promise<void>;
}

/** webview -> host: the faults of the proxy, and decisions about the messages that it holds. */
export interface PanelProxyCalls {
  /** Passes these held messages on unchanged. */
  releaseHeld(rows: readonly number[]): Promise<void>;
  /** Passes a draft on instead of a held message. Its variables are not resolved. */
  editHeld(row: number, draft: Draft): Promise<void>;
  dropHeld(rows: readonly number[]): Promise<void>;
  /**
   * Adds a fault and switches it on. `call.invalid`, with a sentence, if the text is not a fault.
   * @param written the text after `@fault`
   */
  addFault(written: string): Promise<void>;
  switchFault(id: number, isOn: boolean): Promise<void>;
  removeFault(id: number): Promise<void>;
}

export const COPY_FORMATS = ['hex', 'base64'] as const;
export type CopyFormat = (typeof COPY_FORMATS)[number];

/** webview -> host: calls. Each call resolves, rejects with a code, or times out. */
export interface PanelHostCalls
  extends
    PanelSearchCalls,
    PanelHandshakeCalls,
    PanelConnectionCalls,
    PanelTimelineCalls,
    PanelComposerCalls,
    PanelRowCalls,
    PanelProxyCalls,
    PanelUnitCalls {
  /** Called on every load of the page. From then on, the host sends `update`s. */
  ready(): Promise<PanelStart>;
  rows(from: number, count: number): Promise<Row[]>;
  /** A row's frames from number `from` on, at most MAX_PULL; none if the session did not record them. */
  frames(seq: number, from: number, count: number): Promise<FramePage>;
  /** Opens a document under a name, which the webview chooses. The same name cancels or closes it. */
  openDocument(document: string, seq: number, view: View): Promise<FormattedDocument>;
  documentLines(document: string, from: number, count: number): Promise<string[]>;
  /** The whole text of a document; undefined if it is too large for the page. */
  documentText(document: string): Promise<Uint8Array | undefined>;
  /** The bytes of a document's picture; undefined without one. */
  documentImage(document: string): Promise<Uint8Array | undefined>;
  closeDocument(document: string): Promise<void>;
  connect(): Promise<void>;
  /** Disconnects; ends a session that is already closing at once. */
  disconnect(): Promise<void>;
  /** Asks for a file, saves the payload in a worker, and reports the result in a notification. */
  savePayload(seq: number): Promise<void>;
  copyPayload(seq: number): Promise<void>;
  copyDocument(document: string): Promise<void>;
}

/** host -> webview: events, at most 20 per second. */
export interface PanelEvents {
  update(state: PanelState): void;
  /** Asks for a place in the timeline to go to; `text` is the initial text of the field. */
  goTo(text: string): void;
  /** Selects a row and shows it. */
  showRow(seq: number): void;
  /** Opens the form of the connection's options. */
  editConnection(): void;
  /** The searches that have changed since the last event. */
  searched(states: readonly PanelSearchState[]): void;
  formatProgress(document: string, done: number, total: number): void;
}
