import { l10n, window } from 'vscode';
import type { OutsidePorts } from '../../core/request/variables/outsideValues.ts';
import type { SecretStore } from './secretStore.ts';

/** Where request files get values from that stand in no file: the process, the secrets, and the user. */
export function outsidePorts(secrets: SecretStore): OutsidePorts {
  return {
    env: (name) => process.env[name],
    async secret(name) {
      const kept = await secrets.get(name);
      if (kept !== undefined) return kept;
      // Asked for once; from then on it is kept.
      const typed = await askSecret(name);
      if (typed !== undefined) await secrets.set(name, typed);
      return typed;
    },
    prompt: async (text) => window.showInputBox({ title: text, prompt: text, ignoreFocusOut: true }),
    remedies: {
      secret: () => l10n.t('enter it when it is asked for, or run WebSocket: Set Secret.'),
      prompt: l10n.t('run the request again and type a value.'),
    },
  };
}

export async function askSecret(name: string): Promise<string | undefined> {
  return window.showInputBox({
    title: l10n.t('Secret {0}', name),
    prompt: l10n.t('Kept in the secret storage of VS Code, never in a file.'),
    password: true,
    ignoreFocusOut: true,
  });
}
