import type { Webview } from 'vscode';
import type { Channel } from '../../shared/rpc.ts';

/** A panel's page as a channel. VS Code copies what is posted, so nothing is transferred. */
export function webviewChannel(webview: Webview, onUndelivered: (reason: unknown) => void): Channel {
  return {
    post(message) {
      // Undelivered is what was posted while the page was being hidden: on its next load it asks again.
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
