import { l10n, window } from 'vscode';
import type { Divergence } from '../../engine/replay/compareMessages.ts';
import { replayClient } from '../../engine/replay/replayClient.ts';

import { openReplayScript, type ReplayRemark, type ReplayScript } from '../../engine/replay/replayScript.ts';
import type { Session } from '../../engine/session.ts';
import type { SessionTap } from '../../engine/timeline.ts';
import { wholeUrlProblem } from '../askSecrets.ts';
import { pickFolder, folderOf } from '../commands/recordingCommands.ts';
import { withDelayedProgress } from '../delayedProgress.ts';
import { inertCheck, inertText } from '../inertText.ts';
import type { MessageDocuments } from '../payload/messageDocuments.ts';
import { detach, type Command } from '../report.ts';
import type { Services } from '../services.ts';
import { withSettings } from '../settings.ts';
import { requireTrust } from '../trust.ts';
import { offerUrl } from './serverCommands.ts';

/** Milliseconds to wait for a recorded answer, in addition to its recorded pause. */
const PATIENCE = 10_000;

const PROGRESS_DELAY = 500;

/**
 * The commands that play one side of a recording. Each takes the folder: a URI, its path, an item of the Recordings view, a session or its id;
 * and the speed as a factor, `Infinity` for no pauses.
 */
export function replayCommands(
  services: Services,
  documents: Pick<MessageDocuments, 'keepReplayed' | 'compareReplayed'>,
): Readonly<Record<string, Command>> {
  const { servers, log } = services;
  const onRemark = ({ text, isLoss }: ReplayRemark): void => {
    log.info(text);
    if (isLoss) detach(window.showWarningMessage(inertText(text)), log);
  };
  return {
    /** Plays the server of a recording. @returns the URL */
    'duplex.serveRecording': async (argument, speed) => {
      requireTrust('listen');
      const folder = await recordingFolder(services, argument);
      if (folder === undefined) return undefined;
      // By default the recorded pauses are kept, so that a front end is tested under real conditions.
      const chosen = isSpeed(speed) ? speed : await pickSpeed(1);
      if (chosen === undefined) return undefined;
      const keep = (session: Session): void => detach(documents.keepReplayed(session, folder), log);
      const server = await servers.replay(folder, chosen, keep, onRemark);
      const text = l10n.t('The server of the recording listens at {0}.', server.url);
      detach(offerUrl(servers, server, text), log);
      return server.url;
    },
    /** Plays the client of a recording to a server. @returns the id of the new session and the number of divergences */
    'duplex.replayAgainst': async (argument, target, given) => {
      requireTrust('connect');
      const folder = await recordingFolder(services, argument);
      if (folder === undefined) return undefined;
      const script = await openReplayScript(folder, 'client', onRemark);
      try {
        const url = typeof target === 'string' ? target : (await askServer(script.url))?.trim();
        if (url === undefined) return undefined;
        const speed = isSpeed(given) ? given : await pickSpeed(Infinity);
        if (speed === undefined) return undefined;
        return await replayAgainst(services, documents, { script, folder, url, speed });
      } finally {
        script.close();
      }
    },
  };
}

/** Plays the client, and reports the end. @throws DuplexError the reason why the connection failed */
async function replayAgainst(
  { engine, panels, log }: Services,
  documents: Pick<MessageDocuments, 'keepReplayed' | 'compareReplayed'>,
  {
    script,
    folder,
    url,
    speed,
  }: {
    readonly script: ReplayScript;
    readonly folder: string;
    readonly url: string;
    readonly speed: number;
  },
): Promise<{ id: string; divergences: number }> {
  const stopping = new AbortController();
  const tap = (opened: () => Session): SessionTap => {
    let isShown = false;
    return {
      onRow() {
        if (isShown) return;
        isShown = true;
        detach(documents.keepReplayed(opened(), folder), log);
        panels.show(opened());
      },
    };
  };
  const { session, divergences, error } = await withDelayedProgress(
    {
      title: l10n.t('Replaying against {0}', url),
      delay: PROGRESS_DELAY,
      cancel: () => stopping.abort(),
    },
    (report) =>
      replayClient(engine, script, {
        connection: withSettings({ url }),
        speed,
        patience: PATIENCE,
        signal: stopping.signal,
        tap,
        // The panel shows it as a note after its message.
        onDivergence: () => {},
        onProgress: (turns) => report(turns / script.turns.length),
      }),
  );
  if (error) throw error;
  if (!stopping.signal.aborted) detach(tellEnd(documents, session, divergences), log);
  return { id: session.id, divergences: divergences.length };
}

/**
 * Reports the end of a replay, and compares messages if the user asks for it: the recorded one at the left, the new
 * one at the right.
 */
async function tellEnd(
  documents: Pick<MessageDocuments, 'compareReplayed'>,
  session: Session,
  divergences: readonly Divergence[],
): Promise<void> {
  const [first] = divergences;
  if (!first) {
    await window.showInformationMessage(l10n.t('The server answers as in the recording.'));
    return;
  }
  const comparable = divergences.filter(
    ({ expected, actual }) => expected !== undefined && actual !== undefined,
  );
  const compare = l10n.t('Compare');
  const text = inertText(l10n.t('{0} divergences. The first: {1}', divergences.length, first.text));
  const actions = comparable.length > 0 ? [compare] : [];
  if ((await window.showWarningMessage(text, ...actions)) !== compare) return;
  const items = comparable.map((divergence) => ({ label: inertText(divergence.text), divergence }));
  const chosen =
    items.length === 1
      ? items[0]
      : await window.showQuickPick(items, { placeHolder: l10n.t('Which divergence?') });
  if (!chosen) return;
  const { expected, actual } = chosen.divergence;
  await documents.compareReplayed(session, expected!, actual!);
}

/** The folder of a recording, with all rows of a session that still records it. */
async function recordingFolder({ engine }: Services, argument: unknown): Promise<string | undefined> {
  const session = typeof argument === 'string' ? engine.find(argument) : undefined;
  const folder = argument === undefined ? await pickFolder() : folderOf(session ?? argument);
  await engine.sessions.find((session) => session.folder === folder)?.flush();
  return folder;
}

function isSpeed(value: unknown): value is number {
  return typeof value === 'number' && value > 0;
}

async function askServer(recorded: string): Promise<string | undefined> {
  return window.showInputBox({
    title: l10n.t('Replay Against'),
    prompt: l10n.t('The server to compare with the recording'),
    value: recorded,
    validateInput: inertCheck(wholeUrlProblem),
  });
}

/** @param first the speed that is listed first */
async function pickSpeed(first: number): Promise<number | undefined> {
  const items = [
    { label: l10n.t('As fast as the server answers'), speed: Infinity },
    { label: l10n.t('With the recorded pauses'), speed: 1 },
    { label: l10n.t('Four times faster'), speed: 4 },
  ];
  items.sort((one, other) => Number(other.speed === first) - Number(one.speed === first));
  return (await window.showQuickPick(items, { placeHolder: l10n.t('How fast?') }))?.speed;
}
