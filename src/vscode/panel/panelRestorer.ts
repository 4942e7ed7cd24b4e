import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { env, l10n } from 'vscode';
import type { LogOutputChannel, WebviewPanel, WebviewPanelSerializer } from 'vscode';
import type { Engine } from '../../engine/engine.ts';
import type { Session } from '../../engine/session.ts';
import { invalidUrl } from '../../core/session/options/validate.ts';
import { MASK } from '../../core/session/secrets/mask.ts';
import { toDuplexError } from '../../shared/errors.ts';
import { restoreErrorPage } from './panelHtml.ts';
import type { SessionPanels } from './sessionPanels.ts';
import { requireTrust } from '../trust.ts';

/** Milliseconds to wait for recordings: after a reload, the previous extension host may still be writing them. */
const OTHER_WRITER_PATIENCE = 5_000;
const RETRY_INTERVAL = 250;

export interface RestoreServices {
  readonly engine: Engine;
  readonly panels: SessionPanels;
  readonly log: LogOutputChannel;
  readonly recordingsFolder: string;
}

/** Restores the panels of a reloaded window from their recordings. Nothing connects automatically. */
export function createPanelRestorer({
  engine,
  panels,
  log,
  recordingsFolder,
}: RestoreServices): WebviewPanelSerializer {
  return {
    async deserializeWebviewPanel(panel: WebviewPanel, state: unknown): Promise<void> {
      const name = storedRecording(state);
      const url = storedUrl(state);
      try {
        requireTrust('read');
        if (name === undefined) throw new Error(l10n.t('Its recording is no longer known.'));
        panels.adopt(panel, await reopen(engine, join(recordingsFolder, name)));
      } catch (thrown) {
        const { code, message } = toDuplexError(thrown);
        log.warn(`A panel could not be restored: ${code}: ${message}`);
        const isDeleted =
          code === 'file.invalid' && name !== undefined && !existsSync(join(recordingsFolder, name));
        panel.webview.options = {
          enableScripts: false,
          localResourceRoots: [],
          enableCommandUris: ['workbench.action.closeActiveEditor', 'duplex.connect', 'duplex.connectRecent'],
        };
        panel.webview.html = restoreErrorPage({
          nonce: randomBytes(16).toString('base64'),
          language: env.language,
          title: isDeleted ? l10n.t('This recording was deleted') : panel.title,
          text: isDeleted
            ? l10n.t('Its folder is gone: {0}', join(recordingsFolder, name))
            : l10n.t('The window was reloaded, and this session cannot be shown again. {0}', message),
          links: [
            {
              label: l10n.t('Connect Again'),
              ...(url === undefined
                ? { command: 'duplex.connect' }
                : { command: 'duplex.connectRecent', argument: url }),
            },
            { label: l10n.t('Close'), command: 'workbench.action.closeActiveEditor' },
          ],
        });
      }
    },
  };
}

async function reopen(engine: Engine, folder: string): Promise<Session> {
  for (const until = Date.now() + OTHER_WRITER_PATIENCE; ;) {
    try {
      return await engine.reopen(folder);
    } catch (thrown) {
      if (toDuplexError(thrown).code !== 'disk.denied' || Date.now() >= until) throw thrown;
      await delay(RETRY_INTERVAL);
    }
  }
}

/**
 * The recording that a restored panel showed. `state` was stored by its page and may be anything.
 * @returns the folder's name, or undefined
 */
export function storedRecording(state: unknown): string | undefined {
  const { session } = (state ?? {}) as { session?: unknown };
  // The form of session ids. Such a name cannot lead out of the folder of recordings.
  return typeof session === 'string' && /^[A-Za-z0-9-]+$/.test(session) ? session : undefined;
}

/** Maximum characters of a stored URL; a longer one is ignored. */
const MAX_URL = 8192;

/** The URL that a restored panel showed, secrets masked. @returns undefined if `state` has no valid URL */
export function storedUrl(state: unknown): string | undefined {
  const { url } = (state ?? {}) as { url?: unknown };
  if (typeof url !== 'string' || url.length > MAX_URL) return undefined;
  return invalidUrl(url.replaceAll(MASK, 'x')) === undefined ? url : undefined;
}
