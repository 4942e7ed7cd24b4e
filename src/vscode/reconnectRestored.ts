import type { WebviewPanel } from 'vscode';
import { MASK } from '../core/session/redact.ts';
import { pickUrl } from './commands/pickUrl.ts';
import { openSession } from './openSession.ts';
import { report } from './report.ts';
import type { Services } from './services.ts';

/** Connects to the same URL in a restored panel, in a new session. Secrets of the URL were not kept: they are asked for. */
export async function reconnectRestored(
  services: Services,
  panel: WebviewPanel,
  { url, name }: { url: string; name: string },
): Promise<void> {
  try {
    const complete = url.includes(MASK) ? await pickUrl(services, url) : url;
    if (complete !== undefined) await openSession(services, { options: { url: complete }, name }, panel);
  } catch (error) {
    report(error, services.log);
  }
}
