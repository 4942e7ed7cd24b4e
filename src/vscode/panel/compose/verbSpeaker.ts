import type { Peer, ProtocolModule } from '../../../core/protocol/protocolModule.ts';
import { findProtocol } from '../../../core/protocol/registry.ts';
import type { VerbCall } from '../../../core/protocol/verb.ts';
import { composableVerbs, composedCall } from '../../../core/request/plan/composedVerb.ts';
import { DuplexError } from '../../../shared/errors.ts';
import type { PanelVerb, VerbDraft } from '../../../shared/panelVerbs.ts';
import type { OutgoingMessage } from '../../../shared/session.ts';

/** The part of a session that verbs need. */
export interface VerbSession {
  readonly summary: {
    readonly url: string;
    readonly decodedAs?: { readonly id: string } | undefined;
  };
  /** The peers of the connection. */
  readonly conduct: { peerOf(protocol: ProtocolModule): Promise<Pick<Peer, 'encode'> | undefined> };
}

export interface VerbSpeaker {
  /** The verbs of the session's current protocol; none if it is not known. */
  verbs(): readonly PanelVerb[];
  /** The messages that a step with this verb would send. @throws DuplexError `call.invalid` that names the problem */
  messages(draft: VerbDraft, payload: Pick<VerbCall, 'body' | 'bytes'>): Promise<readonly OutgoingMessage[]>;
}

/** Encodes verbs for a session. Its peer knows the ids and names of the conversation. */
export function createVerbSpeaker(session: VerbSession): VerbSpeaker {
  const protocolOf = (): ProtocolModule | undefined => findProtocol(session.summary.decodedAs?.id ?? '');

  return {
    verbs() {
      const protocol = protocolOf();
      return protocol ? composableVerbs(protocol) : [];
    },
    async messages(draft, payload) {
      const protocol = protocolOf();
      if (protocol?.id !== draft.protocol) {
        const now = protocol ? `speaks ${protocol.title}` : 'has no known protocol';
        throw invalid(
          `@${draft.name} is a verb of ${findProtocol(draft.protocol)?.title ?? draft.protocol}, and the session ${now}.`,
        );
      }
      const composed = composedCall(protocol, draft, payload);
      if ('problem' in composed) throw invalid(composed.problem);
      const peer = await session.conduct.peerOf(protocol);
      if (!peer) throw invalid('The session is not open: connect it to send.');
      const encoded = peer.encode(composed.call);
      if ('problem' in encoded) throw invalid(encoded.problem);
      return encoded.messages;
    },
  };
}

function invalid(problem: string): DuplexError {
  return new DuplexError('call.invalid', problem);
}
