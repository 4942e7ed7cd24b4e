import { randomBytes } from 'node:crypto';
import { basename } from 'node:path';
import { l10n, Uri, window, workspace } from 'vscode';
import type { Program } from '../../core/codegen/program.ts';
import { requestProgram } from '../../core/codegen/requestProgram.ts';
import { exportOpenCollection } from '../../core/convert/bruno/exportOpenCollection.ts';
import { requestName } from '../../core/request/plan/requestName.ts';
import { openRecording } from '../../engine/recordingFile.ts';
import { DuplexError } from '../../shared/errors.ts';
import { exportRecording, reportLeft } from '../exports/exportRecording.ts';
import { generateCode } from '../exports/generateCode.ts';
import { filteredRows, pickRows, parseRowSpan } from '../exports/pickRows.ts';
import { writeNewFolder } from '../exports/writeNewFolder.ts';
import { findRequest, findRequestFile } from '../requestFiles/findRequest.ts';
import { readPayloadFile } from '../requestFiles/payloadFile.ts';
import type { Command } from '../report.ts';
import type { Services } from '../services.ts';
import { requireTrust } from '../trust.ts';
import { pickAnySession } from './pickSession.ts';

/**
 * `duplex.export` takes a session (its id, or an item of the Sessions view) or a recording (its folder, or an item of
 * the Recordings view) and `{kind, target, range, filter}`; the user is asked for missing values. Returns the URI
 * that was written or opened. `duplex.exportRequests` takes a request file and the new folder for its collection.
 * `duplex.generateCode` takes a request file, a request, a target of `duplex code`, and what to do with the program:
 * `open`, `copy`, or the URI of a new file.
 */
export function exportCommands(services: Services): Readonly<Record<string, Command>> {
  return {
    'duplex.export': async (argument, choice) => {
      requireTrust('read');
      const recording = await recordingOf(services, argument);
      if (recording === undefined) return undefined;
      const { kind, target, range, filter } = choiceOf(choice);
      const isChosen = kind !== undefined;
      const extent = rowsOf(recording.folder);
      return exportRecording(
        services,
        recording,
        async () => {
          const rows = { from: Math.min(recording.first, extent), end: extent };
          const wanted = typeof range === 'string' ? parseRowSpan(range, rows) : rows;
          if (wanted === undefined)
            throw new DuplexError('call.invalid', l10n.t('Write the rows as 10..20, 10.. or ..20.'));
          if (typeof filter === 'string')
            return filteredRows(services.engine, recording.folder, filter, wanted);
          if (isChosen || range !== undefined) return wanted;
          return pickRows(services.engine, recording.folder, rows);
        },
        { kind, ...(target instanceof Uri && { target }) },
      );
    },
    'duplex.exportRequests': async (argument, to) => {
      requireTrust('read');
      const { document, file } = await findRequestFile(fileOf(argument));
      if (file.requests.length === 0)
        throw new DuplexError('call.invalid', l10n.t('This file has no WebSocket request to export.'));
      const name = basename(document.uri.path).replace(/(?<=.)\.[^.]*$/, '');
      const folder = to instanceof Uri ? to : await pickFolder(name);
      if (folder === undefined) return undefined;
      const { files, left } = await exportOpenCollection(file, name);
      await writeNewFolder(folder, files);
      reportLeft(left, services.log);
      return folder.toString();
    },
    'duplex.generateCode': async (argument, which, target, action) => {
      requireTrust('read');
      const node = (argument ?? {}) as { readonly request?: { readonly which?: unknown } };
      const found = await findRequest(fileOf(argument), which ?? node.request?.which);
      const describe = async (protocol: string | undefined): Promise<Program> => {
        const described = await requestProgram(
          { name: requestName(found.request), ...found },
          {
            environmentContext: await services.environments.around(found.document),
            made: { now: Date.now, randomBytes },
            env: (variable) => process.env[variable],
            readFile: (path) => readPayloadFile(found.document.uri, path),
            reveal: false,
            protocol,
          },
        );
        if ('program' in described) return described.program;
        const [problem] = described.problems;
        throw new DuplexError('file.invalid', problem?.message ?? l10n.t('This request has an error.'));
      };
      const { uri } = found.document;
      const folder =
        uri.scheme === 'untitled' ? workspace.workspaceFolders?.[0]?.uri : Uri.joinPath(uri, '..');
      return generateCode(services, describe, folder, { target, action });
    },
  };
}

interface Choice {
  readonly kind?: unknown;
  readonly target?: unknown;
  readonly range?: unknown;
  readonly filter?: unknown;
}

/** Views pass their selection as the second argument, which is an array and not an ExportChoice. */
function choiceOf(value: unknown): Choice {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

interface ExportedRecording {
  readonly name: string;
  readonly folder: string;
  /** The first row that Clear does not hide. */
  readonly first: number;
}

/** @throws DuplexError `call.invalid` for a session that is not recorded */
async function recordingOf(services: Services, argument: unknown): Promise<ExportedRecording | undefined> {
  const folder =
    argument instanceof Uri ? argument.fsPath : (argument as { folder?: unknown } | undefined)?.folder;
  const session = services.engine.sessions.find((each) => each === argument || each.folder === folder);
  if (session === undefined && typeof folder === 'string') {
    const recording = openRecording(folder);
    recording.close();
    return { name: recording.manifest.name, folder, first: recording.manifest.firstRow ?? 0 };
  }
  const picked = session ?? (await pickAnySession(services, argument));
  if (picked === undefined) return undefined;
  if (picked.folder === undefined)
    throw new DuplexError(
      'call.invalid',
      l10n.t('This session is not recorded: there is nothing to export.'),
    );
  return { name: picked.summary.name, folder: picked.folder, first: picked.summary.firstRow };
}

function rowsOf(folder: string): number {
  const recording = openRecording(folder);
  recording.close();
  return recording.rows;
}

/** A URI, or an item of the Requests view. */
function fileOf(argument: unknown): unknown {
  if (argument instanceof Uri || typeof argument === 'string') return argument;
  return (argument as { readonly uri?: unknown } | undefined)?.uri;
}

async function pickFolder(name: string): Promise<Uri | undefined> {
  const base = workspace.workspaceFolders?.[0]?.uri;
  return window.showSaveDialog({
    title: l10n.t('New Folder for the Collection'),
    saveLabel: l10n.t('Write Here'),
    ...(base && { defaultUri: Uri.joinPath(base, `${name}-collection`) }),
  });
}
