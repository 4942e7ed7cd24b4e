import type { DuplexError } from '../../shared/errors.ts';
import type { PanelEvents, PanelHostCalls } from '../../shared/panelProtocol.ts';
import { createRpc } from '../../shared/rpc.ts';

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** The page's view of the extension host. */
export interface Host {
  readonly calls: PanelHostCalls;
  /** The state that an earlier page stored with VS Code. */
  readonly kept: unknown;
  keep(state: object): void;
}

/** Time-out in milliseconds of calls that read rows or lines. Other calls wait for the user, the network or a large message. */
const TIMEOUT = 30_000;

/** Call it once: VS Code hands out its API only once. */
export function connectHost(events: PanelEvents, onError: (error: DuplexError) => void): Host {
  const api = acquireVsCodeApi();
  const channel = {
    post: (message: unknown) => api.postMessage(message),
    listen(receive: (message: unknown) => void) {
      const onMessage = (event: MessageEvent): void => receive(event.data);
      window.addEventListener('message', onMessage);
      return () => window.removeEventListener('message', onMessage);
    },
  };
  const { remote } = createRpc<PanelHostCalls, PanelEvents>(channel, events, {
    events: ['keepDraft', 'endSearch'],
    timeout: TIMEOUT,
    untimed: [
      'openDocument',
      'send',
      'pickFile',
      'askSchema',
      'keepFile',
      'savedMessages',
      'saveMessage',
      'openSavedMessages',
      'repeat',
      'resend',
      'draftOf',
      'copyAs',
      'copyText',
      'compare',
      'compareReplayed',
      'openInEditor',
      'connect',
      'disconnect',
      'savePayload',
      'copyPayload',
      'copyDocument',
      'copyRange',
      'saveRange',
      'exportRows',
      'applyFix',
      'keepFrames',
      'run',
      'reconnectWith',
    ],
    onError,
  });
  return { calls: remote, kept: api.getState(), keep: (state) => api.setState(state) };
}

/** The platform of the browser that shows the page, not of the host. */
export const isMac = navigator.userAgent.includes('Mac');
