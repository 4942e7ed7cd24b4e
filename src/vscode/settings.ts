import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { l10n, workspace } from 'vscode';
import type { Uri, WorkspaceConfiguration } from 'vscode';
import { isColumnPath } from '../core/protocol/json/singularPath.ts';
import { resolvePaths } from '../core/session/options/connectOptions.ts';
import type { GivenOptions } from '../core/session/options/connectOptions.ts';
import { settingsProxy } from '../core/session/options/environmentProxy.ts';
import { SETTING_ENTRIES, settingName, settingValue } from '../core/session/options/optionSetting.ts';
import type { Retention } from '../engine/recordings.ts';
import { DuplexError } from '../shared/errors.ts';
import { MiB } from '../shared/limits.ts';
import type { ConnectOptions } from '../shared/session.ts';
import { MAX_COLUMNS } from '../shared/timelineProtocol.ts';
import { payloadUri } from './requestFiles/payloadFile.ts';

export const CLOSE_PANEL_CHOICES = ['keepConnected', 'disconnect', 'ask'] as const;
export type ClosePanelChoice = (typeof CLOSE_PANEL_CHOICES)[number];

const DAY = 24 * 60 * 60 * 1000;
const MAX_DAYS = 36_500;
const DEFAULT_MAX_AGE_DAYS = 30;
const MAX_RECORDED_MEBIBYTES = 1024 * 1024 * 1024;
const DEFAULT_MAX_RECORDED = 10 * 1024 * MiB;

/**
 * The settings for a connection, as defaults of its options. Paths are relative to the home folder:
 * no workspace can set them. Those of schemas, which a trusted workspace can set, are relative to its folder.
 */
export function connectionSettings(): Partial<ConnectOptions> {
  const settings = workspace.getConfiguration('duplex');
  const values = SETTING_ENTRIES.map(
    ([key, spec]) => [key, settingValue(spec, settings.get(settingName(key)))] as const,
  );
  const given = Object.fromEntries(values.filter(([, value]) => value !== undefined));
  const { decode, ...rest } = given as Partial<ConnectOptions>;
  return { ...resolvePaths(rest, homePath), ...(decode && resolvePaths({ decode }, workspacePath)) };
}

/** The given options, completed by the settings. */
export function withSettings(given: GivenOptions): GivenOptions {
  // Parameters of compression switch it on regardless of the settings.
  const asksForDeflate = given.deflateParameters !== undefined;
  return { ...connectionSettings(), ...(asksForDeflate && { deflate: true }), ...given };
}

/** The limits on old recordings. */
export function retentionSettings(): Retention {
  const settings = workspace.getConfiguration('duplex');
  return {
    maxAge: inUnits(settings, 'recordings.maxAge', DAY, MAX_DAYS, DEFAULT_MAX_AGE_DAYS * DAY),
    maxBytes: inUnits(settings, 'recordings.maxSize', MiB, MAX_RECORDED_MEBIBYTES, DEFAULT_MAX_RECORDED),
  };
}

/** The effect of closing the panel of a connected session. */
export function closePanelSetting(): ClosePanelChoice {
  const value = workspace.getConfiguration('duplex').get('panel.onClose');
  return CLOSE_PANEL_CHOICES.find((choice) => choice === value) ?? 'keepConnected';
}

/** JSONPaths of the columns in the timeline of a new panel. Invalid paths are left out. */
export function columnsSetting(): string[] {
  const value: unknown = workspace.getConfiguration('duplex').get('panel.columns');
  const paths: unknown[] = Array.isArray(value) ? value : [];
  return paths.filter(isColumnPath).slice(0, MAX_COLUMNS);
}

/** settings.json may hold anything: a value that is not a number in range counts as not set. */
function inUnits(
  settings: WorkspaceConfiguration,
  name: string,
  unit: number,
  most: number,
  fallback: number,
): number {
  const value = settings.get(name);
  return typeof value === 'number' && value >= 0 && value <= most ? Math.round(value * unit) : fallback;
}

/** Resolves a path of the settings: absolute, or in the home folder, with or without `~/`. */
function homePath(path: string): string {
  return resolve(homedir(), withoutTilde(path));
}

/**
 * Resolves a path of a command's arguments: absolute, in the home folder with `~/`, or else in the first folder of
 * the workspace.
 */
export function workspacePath(path: string): string {
  const [folder] = workspace.workspaceFolders ?? [];
  const isInHome = path.startsWith('~/') || folder?.uri.scheme !== 'file';
  return isInHome ? homePath(path) : resolve(folder.uri.fsPath, path);
}

/**
 * Resolves a path of a request file to one on this machine's disk, from which TLS reads it.
 * @throws DuplexError `call.invalid` for a relative path if the request file is unsaved or not on this disk
 */
export function requestFilePath(requestFile: Uri, path: string): string {
  const uri = payloadUri(requestFile, path);
  if (uri.scheme === 'file') return uri.fsPath;
  throw new DuplexError(
    'call.invalid',
    l10n.t(
      'The file {0} is not on a disk of this machine: certificates and keys are read from there only.',
      path,
    ),
  );
}

function withoutTilde(path: string): string {
  return path.startsWith('~/') ? join(homedir(), path.slice(2)) : path;
}

/**
 * The proxy for a URL, from VS Code's settings `http.proxy`, `http.noProxy`, `http.proxySupport` and
 * `http.proxyAuthorization`, and from the environment. They are read here because connections bypass the modules in
 * which VS Code applies them: those cannot CONNECT for ws:, and ignore the proxy that a request names.
 */
export function resolveProxy(url: string): Promise<string | undefined> {
  const http = workspace.getConfiguration('http');
  const settings = {
    proxySupport: http.get('proxySupport', 'override'),
    proxy: http.get('proxy', ''),
    noProxy: http.get<string[]>('noProxy', []),
    // Null unless set.
    proxyAuthorization: http.get<string | null>('proxyAuthorization') ?? '',
  };
  return Promise.resolve(settingsProxy(url, settings, process.env));
}
