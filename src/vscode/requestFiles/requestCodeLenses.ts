import { CodeLens, EventEmitter, l10n } from 'vscode';
import type { CodeLensProvider, Disposable, TextDocument } from 'vscode';
import type { Request, RequestFile, Step } from '../../core/request/syntax/tree.ts';
import type { PlacedRequest } from '../../core/request/run/runPorts.ts';
import type { Problem } from '../../core/request/syntax/diagnostic.ts';
import { rangeInLine } from '../../core/request/syntax/range.ts';
import type { Servers } from '../servers/servers.ts';
import type { RequestRun, RequestRuns } from '../runs/requestRuns.ts';
import { editorRange, onDidChangeEnvironmentContext, requestFile } from './requestDocuments.ts';
import type { RequestSessions } from './requestSessions.ts';
import { inertText } from '../inertText.ts';

/**
 * Connect and Run above each target, Send above each message, results of the last run. A request with an error shows
 * the error instead.
 */
export function requestCodeLenses(
  sessions: RequestSessions,
  runs: RequestRuns,
  servers: Pick<Servers, 'find' | 'onDidChange'>,
): CodeLensProvider & Disposable {
  const changed = new EventEmitter<void>();
  const fire = (): void => changed.fire();
  const stops = [sessions.onDidChange(fire), runs.onDidChange(fire)];
  const subscriptions = [onDidChangeEnvironmentContext(fire), servers.onDidChange(fire)];
  return {
    onDidChangeCodeLenses: changed.event,
    provideCodeLenses(document) {
      const file = requestFile(document);
      if (!file) return [];
      return [
        ...file.requests.flatMap((request) => lensesOf(document, file, request, sessions, runs)),
        ...[...file.servers, ...file.proxies].flatMap((request) =>
          serverLenses({ uri: document.uri.toString(), file, request }, servers),
        ),
      ];
    },
    dispose() {
      for (const stop of stops) stop();
      for (const subscription of subscriptions) subscription.dispose();
      changed.dispose();
    },
  };
}

function lensesOf(
  document: TextDocument,
  file: RequestFile,
  request: Request,
  sessions: RequestSessions,
  runs: RequestRuns,
): CodeLens[] {
  const uri = document.uri.toString();
  const target = editorRange(request.target.range);
  if (request.error) return [errorLens(request, request.error)];
  const session = sessions.find({ uri, file, request });
  const isOpen = session?.summary.state === 'open';
  const connect = new CodeLens(target, {
    title: isOpen ? `$(pass-filled) ${l10n.t('Connected')}` : `$(debug-start) ${l10n.t('Connect')}`,
    tooltip: isOpen ? l10n.t('Show the session') : l10n.t('Connect without sending anything'),
    command: 'duplex.connectRequest',
    arguments: [uri, request.index],
  });
  const sends = request.steps.flatMap((step) => {
    const looks = lookOf(step);
    if (!looks) return [];
    return new CodeLens(editorRange(step.payload?.range ?? step.range), {
      title: `$(${looks.icon}) ${inertText(looks.label)}`,
      tooltip: isOpen ? looks.tooltip : l10n.t('Connect first, then: {0}', looks.tooltip),
      command: 'duplex.sendRequestMessage',
      arguments: [uri, request.index, step.index],
    });
  });
  const run = runs.of({ uri, file, request });
  return [connect, runLens(uri, request, run), ...sends, ...(run ? messageLenses(request, run) : [])];
}

function errorLens({ target }: Request, { range, message }: Problem): CodeLens {
  const title = `$(error) ${l10n.t('Not runnable: error in line {0}', range.start.line + 1)}`;
  return new CodeLens(editorRange(target.range), { title, command: '', tooltip: inertText(message) });
}

/** Serve or Stop above the target of a server or a proxy, and the counts of its triggered rules and faults. */
function serverLenses(placed: PlacedRequest, servers: Pick<Servers, 'find'>): CodeLens[] {
  const { request, uri } = placed;
  if (request.error) return [errorLens(request, request.error)];
  const target = editorRange(request.target.range);
  const { line } = target.start;
  const running = servers.find(placed);
  if (!running)
    return [
      new CodeLens(target, {
        title: `$(debug-start) ${request.listen ? l10n.t('Start Proxy') : l10n.t('Serve')}`,
        tooltip: l10n.t('Listen for clients'),
        command: 'duplex.serve',
        arguments: [uri, line],
      }),
    ];
  const { sessions, fired, url } = running;
  const open = sessions.filter(({ state }) => state === 'open').length;
  const stop = new CodeLens(target, {
    title: `$(debug-stop) ${l10n.t('Stop')}`,
    tooltip: l10n.t('Stop listening, and end all connections'),
    command: 'duplex.stopServer',
    arguments: [uri, line],
  });
  const connected = new CodeLens(target, {
    title: `$(broadcast) ${inertText(url)} · ${l10n.t('{0} connected', open)}`,
    tooltip: l10n.t('Copy the URL'),
    command: 'duplex.copyServerUrl',
    arguments: [running],
  });
  // The lines are those of the block as it was started. After an edit, the block may be shorter.
  const counts = [...fired].filter(([at]) => at > line && at <= request.range.end.line);
  const lenses = counts.map(([at, count]) => {
    const title = `$(zap) ${count === 1 ? l10n.t('Fired once') : l10n.t('Fired {0} times', count)}`;
    return new CodeLens(editorRange(rangeInLine(at, 0, 0)), { title, command: '' });
  });
  return [stop, connected, ...lenses];
}

interface Look {
  readonly icon: 'send' | 'pulse' | 'debug-disconnect';
  readonly label: string;
  readonly tooltip: string;
}

/** The action of a step's lens; undefined for a step that only waits. */
function lookOf({ payload, directives }: Step): Look | undefined {
  if (payload) return { icon: 'send', label: l10n.t('Send'), tooltip: l10n.t('Send this message') };
  const names = new Set(directives.map(({ name }) => name.text));
  if (names.has('ping')) return { icon: 'pulse', label: l10n.t('Ping'), tooltip: l10n.t('Send this ping') };
  if (names.has('close'))
    return { icon: 'debug-disconnect', label: l10n.t('Close'), tooltip: l10n.t('Close with this code') };
  return undefined;
}

function runLens(uri: string, request: Request, run: RequestRun | undefined): CodeLens {
  const isRunning = run !== undefined && run.result === undefined;
  return new CodeLens(editorRange(request.target.range), {
    title: isRunning
      ? `$(loading~spin) ${l10n.t('Running: cancel')}`
      : `$(testing-run-icon) ${l10n.t('Run')}`,
    tooltip: isRunning ? l10n.t('Cancel the run') : l10n.t('Run all steps and check what they expect'),
    command: isRunning ? 'duplex.cancelRun' : 'duplex.runRequest',
    arguments: [uri, request.index],
  });
}

/** A link to the message that a step received in the last run, or that made it fail. */
function messageLenses(request: Request, { result, steps, session }: RequestRun): CodeLens[] {
  if (!session) return [];
  return (result?.steps ?? steps).flatMap(({ index, status, received, failure }) => {
    const seq = failure?.seq ?? failure?.best?.seq ?? received;
    const step = request.steps[index];
    if (!step || seq === undefined) return [];
    return new CodeLens(editorRange(step.range), {
      title: `${status === 'passed' ? '$(pass)' : '$(error)'} ${l10n.t('Message #{0}', seq)}`,
      tooltip: l10n.t('Show the message in its session'),
      command: 'duplex.goToMessage',
      arguments: [session.id, seq],
    });
  });
}
