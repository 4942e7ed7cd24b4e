import type { Webview } from 'vscode';
import type { Channel } from '../../shared/rpc.ts';

/** Wraps a panel's page as a channel. VS Code copies messages, so nothing is transferred. */
export function createWebviewChannel(webview: Webview, onUndelivered: (reason: unknown) => void): Channel {
  return {
    post(message) {
      // Messages to a page that is being hidden are lost. The page requests the state again on its next load.
      webview.postMessage(message).then(undefined, onUndelivered);
    },
    listen(receive) {
      const subscription = webview.onDidReceiveMessage(receive);
      return () => {
        subscription.dispose();
      };
    },
  };
}
