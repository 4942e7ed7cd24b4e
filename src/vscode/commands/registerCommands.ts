import type { Disposable } from 'vscode';
import type { Services } from '../services.ts';
import { demoCommands } from './demoCommands.ts';
import { registerGuarded } from './guarded.ts';
import { newRequestFile } from './newRequestFile.ts';
import { openCommandLine } from './openCommandLine.ts';
import { recordingCommands } from './recordingCommands.ts';
import { sessionCommands } from './sessionCommands.ts';
import { openDocumentation, openExamples } from './shippedFiles.ts';
import { upkeepCommands } from './upkeepCommands.ts';

/** Registers the commands that stand alone; those of views and of request files come with them. */
export function registerCommands(services: Services): Disposable[] {
  return registerGuarded(
    {
      ...sessionCommands(services),
      ...upkeepCommands(services),
      ...recordingCommands(services),
      ...demoCommands(services),
      'duplex.newRequestFile': () => newRequestFile(services),
      'duplex.openExamples': () => openExamples(services.extensionUri),
      'duplex.openDocumentation': (page) => openDocumentation(services.extensionUri, page),
      'duplex.openCommandLine': () => openCommandLine(services),
    },
    services.log,
  );
}
