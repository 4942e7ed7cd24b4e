import { fileURLToPath } from 'node:url';
import { afterEach } from 'vitest';
import { startDemoServer } from '../../src/demo/demoServer.ts';
import type { DemoServer } from '../../src/demo/demoServer.ts';
import { Engine } from '../../src/engine/engine.ts';
import type { Session } from '../../src/engine/session.ts';
import type { DuplexError } from '../../src/shared/errors.ts';
import { temporaryFolder } from './folders.ts';

/** The built workers: tests run the real ones. */
export const workersFolder = fileURLToPath(new URL('../../dist/workers', import.meta.url));

const ending: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

/** An engine that records to a temporary folder; it is disposed of after the test. */
export async function testEngine(): Promise<{
  engine: Engine;
  errors: DuplexError[];
  recordingsFolder: string;
}> {
  const recordingsFolder = await temporaryFolder();
  const errors: DuplexError[] = [];
  const engine = new Engine({ workersFolder, recordingsFolder, onError: (error) => errors.push(error) });
  ending.push(() => engine.dispose());
  return { engine, errors, recordingsFolder };
}

/** The demo server on a free port; it is stopped after the test. */
export async function demoServer(): Promise<DemoServer> {
  const server = await startDemoServer({ port: 0 });
  ending.push(() => server.close());
  return server;
}

/** Resolves when the condition holds; asked again whenever the session changes. */
export function until(session: Session, condition: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const stop = session.onDidChange(check);
    function check(): void {
      if (!condition()) return;
      stop();
      resolve();
    }
    check();
  });
}
