import { randomBytes } from 'node:crypto';
import { commands, env, l10n } from 'vscode';
import type { Disposable, WebviewPanel, WebviewPanelSerializer } from 'vscode';
import { recordedSession } from './recordedSession.ts';
import type { RecordedSession } from './recordedSession.ts';
import { restoredPage } from './restoredPage.ts';

const RECONNECT = 'duplex.reconnectRestored';

export interface RestoreServices {
  readonly recordingsFolder: string;
  /** Connects anew in the panel; the URL may have to be completed by the user first. */
  reconnect(panel: WebviewPanel, recorded: RecordedSession): Promise<void>;
}

/** Panels of a window that was reloaded say so and offer to reconnect. Nothing connects by itself. */
export class PanelSerializer implements WebviewPanelSerializer, Disposable {
  readonly #services: RestoreServices;
  readonly #restored = new Map<string, () => Promise<void>>();
  readonly #command: Disposable;

  constructor(services: RestoreServices) {
    this.#services = services;
    this.#command = commands.registerCommand(RECONNECT, (id: unknown) => this.#restored.get(String(id))?.());
  }

  async deserializeWebviewPanel(panel: WebviewPanel, state: unknown): Promise<void> {
    const recorded = recordedSession(this.#services.recordingsFolder, state);
    // Unguessable, though only this panel's own page may run the command.
    const id = randomBytes(8).toString('hex');
    if (recorded) {
      this.#restored.set(id, () => this.#services.reconnect(panel, recorded));
      panel.onDidDispose(() => this.#restored.delete(id));
    }
    panel.webview.options = { enableScripts: false, enableCommandUris: [RECONNECT], localResourceRoots: [] };
    panel.webview.html = restoredPage({
      nonce: randomBytes(16).toString('base64'),
      language: env.language,
      title: recorded?.name ?? panel.title,
      text: l10n.t('The window was reloaded, which ended the connection.'),
      action: recorded && {
        label: l10n.t('Reconnect'),
        href: `command:${RECONNECT}?${encodeURIComponent(JSON.stringify([id]))}`,
      },
    });
  }

  dispose(): void {
    this.#command.dispose();
  }
}
