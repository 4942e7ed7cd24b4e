import { commands, l10n, window } from 'vscode';
import { DEMO_PORT } from '../demoControl.ts';
import { detach } from '../report.ts';
import { openSession } from '../sessionLifecycle.ts';
import type { Services } from '../services.ts';
import { requireTrust } from '../trust.ts';
import { inertText } from '../inertText.ts';

/** The first message of a demo session, so that its timeline is not empty. */
const FIRST_MESSAGE = '{"hello": "world", "big": 12345678901234567890, "list": [1.0, true, null]}';

/** The commands that start and stop the demo server, and that take the user to a first message. */
export function demoCommands(services: Services): Readonly<Record<string, () => Promise<unknown>>> {
  return {
    /** Returns the URL. */
    'duplex.startDemoServer': async () => {
      requireTrust('listen');
      const url = await services.demo.start();
      detach(offerNext(services, url), services.log);
      return url;
    },
    'duplex.stopDemoServer': async () => {
      await services.demo.stop();
    },
    'duplex.connectToDemoServer': async () => {
      requireTrust();
      await connectToDemo(services, await services.demo.start());
    },
  };
}

async function connectToDemo(services: Services, url: string): Promise<void> {
  const session = await openSession(services, {
    options: { url: `${url}/echo` },
    name: l10n.t('Demo: echo'),
  });
  if (session.summary.state !== 'open') return;
  await session.send({ kind: 'text', data: new TextEncoder().encode(FIRST_MESSAGE) });
}

async function offerNext(services: Services, url: string): Promise<void> {
  const connect = l10n.t('Connect');
  const examples = l10n.t('Open Examples');
  const others = l10n.t('Serve Example…');
  const stop = l10n.t('Stop');
  const text = url.endsWith(`:${DEMO_PORT}`)
    ? l10n.t('The demo server listens at {0}.', url)
    : l10n.t(
        'Port {0} is in use: the demo server listens at {1}. Write that port into the examples.',
        DEMO_PORT,
        url,
      );
  const chosen = await window.showInformationMessage(inertText(text), connect, examples, others, stop);
  if (chosen === connect) await connectToDemo(services, url);
  if (chosen === examples) await commands.executeCommand('duplex.openExamples');
  if (chosen === others) await commands.executeCommand('duplex.serveExample');
  if (chosen === stop) await commands.executeCommand('duplex.stopDemoServer');
}
