import type { ProxiedConnection } from '../../engine/proxy/heldMessages.ts';
import { DuplexError } from '../../shared/errors.ts';
import type { Draft, PanelProxy, PanelProxyCalls } from '../../shared/panelProtocol.ts';
import type { OutgoingMessage } from '../../shared/session.ts';
import { checkDraft, checkIndex, checkLine, checkRows } from './checks.ts';

/** The parts of the session and the composer that these calls need. */
export interface ProxyParts {
  readonly proxied: () => ProxiedConnection | undefined;
  /** The message that a draft describes. */
  readonly messageOf: (draft: Draft) => Promise<OutgoingMessage>;
}

/** The proxy that a session passes through, as the page shows it. */
export function panelProxy(proxied: ProxiedConnection | undefined): PanelProxy | undefined {
  if (!proxied) return undefined;
  const faults = proxied.faults.all.map(({ id, written, isOn, fired, isOfFile, holds }) => ({
    id,
    written,
    isOn,
    fired,
    isOfFile,
    holds,
  }));
  return { faults, held: proxied.held.rows };
}

/** Serves the page's actions on the proxy that its session passes through. */
export function proxyCalls({ proxied, messageOf }: ProxyParts): PanelProxyCalls {
  const proxy = (): ProxiedConnection => {
    const found = proxied();
    if (found) return found;
    throw new DuplexError(
      'call.invalid',
      'This connection does not pass through a proxy of this window: start one in the view Servers.',
    );
  };
  const seqs = (rows: unknown): number[] => checkRows(rows).map((row) => proxy().held.seqOf(row));
  return {
    async releaseHeld(rows) {
      proxy().held.release(...seqs(rows));
    },
    async editHeld(row, draft) {
      const { held } = proxy();
      const seq = held.seqOf(checkIndex(row));
      held.edit(seq, await messageOf({ ...checkDraft(draft), asIs: true }));
    },
    async dropHeld(rows) {
      proxy().held.drop(...seqs(rows));
    },
    addFault: async (written) => proxy().faults.add(checkLine(written)),
    async switchFault(id, isOn) {
      proxy().faults.switch(checkIndex(id), isOn === true);
    },
    async removeFault(id) {
      proxy().faults.remove(checkIndex(id));
    },
  };
}
