import { l10n, window } from 'vscode';
import { AUTO_PROTOCOL, knownProtocols, NO_PROTOCOL } from '../../core/protocol/registry.ts';
import type { Session } from '../../engine/session.ts';

/** Asks for the protocol that decodes the messages, and applies it. */
export async function pickProtocol(session: Session): Promise<void> {
  const chosen = session.options.protocol;
  const { decodedAs } = session.summary;
  const items = [
    {
      id: AUTO_PROTOCOL,
      label: l10n.t('Recognise It'),
      detail: decodedAs?.reason ?? l10n.t('By the subprotocol, the URL or the first messages.'),
    },
    { id: NO_PROTOCOL, label: l10n.t('None'), detail: l10n.t('Messages are shown as they travelled.') },
    ...knownProtocols().map(({ id, title, about }) => ({ id, label: title, description: id, detail: about })),
  ].map((item) => (item.id === chosen ? { ...item, label: `$(check) ${item.label}` } : item));
  const picked = await window.showQuickPick(items, {
    title: l10n.t('Protocol'),
    placeHolder: l10n.t(
      'How to decode the messages. From the next connection on, a named protocol also sends its automatic messages.',
    ),
    matchOnDescription: true,
  });
  if (picked) session.chooseProtocol(picked.id);
}
