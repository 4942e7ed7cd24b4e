import { commands, type LogOutputChannel } from 'vscode';
import type { DemoServer } from '../demo/demoServer.ts';

/** The demo server of this window. At most one runs. */
export interface DemoControl {
  /** `ws://host:port` while it runs. */
  readonly url: string | undefined;
  /** Starts it unless it runs. @returns its URL */
  start(): Promise<string>;
  stop(): Promise<void>;
}

/** The port in the examples. */
export const DEMO_PORT = 8080;

const RUNNING = 'duplex.demoServerRunning';

/** @param log receives protocol violations of clients */
export function createDemoControl(log: LogOutputChannel): DemoControl {
  let starting: Promise<DemoServer> | undefined;
  let server: DemoServer | undefined;
  return {
    get url() {
      return server?.url;
    },
    async start() {
      starting ??= startServer((sentence) => log.warn(sentence));
      const mine = starting;
      try {
        const started = await mine;
        // Ignored if the server was stopped while it started.
        if (starting === mine) server = started;
        await commands.executeCommand('setContext', RUNNING, server !== undefined);
        return started.url;
      } catch (error) {
        if (starting === mine) starting = undefined;
        throw error;
      }
    },
    async stop() {
      const stopping = starting;
      starting = undefined;
      server = undefined;
      // The caller that started it has received the failure.
      const started = await stopping?.catch(() => undefined);
      await started?.close();
      await commands.executeCommand('setContext', RUNNING, server !== undefined);
    },
  };
}

async function startServer(onFault: (sentence: string) => void): Promise<DemoServer> {
  // Loaded on first use: most windows never start it.
  const { startDemoServer } = await import('../demo/demoServer.ts');
  try {
    return await startDemoServer({ port: DEMO_PORT, onFault });
  } catch {
    // Usually the port is in use. If every port is refused, the second attempt reports why.
    return startDemoServer({ port: 0, onFault });
  }
}
