import type { ImportedRecording } from '../core/convert/imported.ts';
import { recogniseImport } from '../core/convert/importers.ts';
import { parseImportFile, type ImportSource } from '../core/convert/importSource.ts';
import { printImported } from '../core/convert/printImported.ts';
import { readImportSource } from '../files/importSource.ts';
import { importPorts } from '../files/parseArguments.ts';
import { writeRecordings } from '../recording/write/writeRecording.ts';
import { DuplexError } from '../shared/errors.ts';
import type { ImportRequest, ImportWorkerCalls, ImportWorkerEvents } from '../shared/importProtocol.ts';
import { serve } from './port.ts';

/** Milliseconds between two reports of progress. */
const PROGRESS_INTERVAL = 100;

/** All recordings that were read, by id. */
const recordings: ImportedRecording[] = [];
let isCancelled = false;

/** Limits a report to one per interval; the reports in between are dropped. */
function atIntervals<A extends unknown[]>(report: (...args: A) => void): (...args: A) => void {
  let reported = performance.now();
  return (...args) => {
    if (performance.now() - reported < PROGRESS_INTERVAL) return;
    reported = performance.now();
    report(...args);
  };
}

async function open(source: ImportRequest['source']): Promise<ImportSource> {
  if ('path' in source)
    return readImportSource(source.path, {
      onFile: atIntervals((done: number, total: number) => events.filesRead(done, total)),
    });
  const file = await parseImportFile(source.name, new TextDecoder().decode(source.bytes));
  return { isFolder: false, files: [file] };
}

const calls: ImportWorkerCalls = {
  async read({ source, title, from }) {
    const opened = await open(source);
    const recognised = recogniseImport(opened, from);
    const result = 'problem' in recognised ? recognised : recognised.importer.read(opened, importPorts);
    if ('problem' in result) return result;
    const printed = printImported(result, title);
    return {
      ...printed,
      recordings: printed.recordings.map(({ name, recording }) => ({
        name,
        id: recordings.push(recording) - 1,
      })),
    };
  },

  async write(wanted, writer) {
    const report = atIntervals((complete: number) => events.recordingsWritten(complete));
    await writeRecordings(
      wanted.map(({ id, folder }) => {
        const recording = recordings[id];
        if (!recording)
          throw new DuplexError('call.invalid', 'This recording was not read: import it again.');
        return { folder, recording };
      }),
      (complete) => {
        if (isCancelled) throw new DuplexError('call.cancelled', 'The import was cancelled.');
        report(complete);
      },
      writer,
    );
  },

  cancel() {
    isCancelled = true;
  },
};

const events = serve<ImportWorkerCalls, ImportWorkerEvents>(calls, ['filesRead', 'recordingsWritten']);
