import { workspace } from 'vscode';
import type { WorkspaceConfiguration } from 'vscode';
import {
  DEFAULT_CLOSE_TIMEOUT,
  DEFAULT_HANDSHAKE_TIMEOUT,
  DEFAULT_MAX_PAYLOAD,
  MiB,
} from '../shared/limits.ts';
import type { Retention } from '../engine/retention.ts';
import type { ConnectOptions } from '../shared/session.ts';

export const CLOSE_PANEL_CHOICES = ['keepConnected', 'disconnect', 'ask'] as const;
export type ClosePanelChoice = (typeof CLOSE_PANEL_CHOICES)[number];

const SECOND = 1000;
/** Time-outs of an hour and limits of 2 GiB are as much as timers and the transport can keep. */
const MAX_SECONDS = 3600;
const MAX_MEBIBYTES = 2047;

const DAY = 24 * 60 * 60 * SECOND;
const MAX_DAYS = 36_500;
const DEFAULT_MAX_AGE_DAYS = 30;
const MAX_RECORDED_MEBIBYTES = 1024 * 1024 * 1024;
const DEFAULT_MAX_RECORDED = 10 * 1024 * MiB;

/** What the settings say about a connection that does not say otherwise itself. Milliseconds and bytes. */
export function connectionSettings(): Pick<
  ConnectOptions,
  'handshakeTimeout' | 'closeTimeout' | 'maxPayload' | 'deflate'
> {
  const settings = workspace.getConfiguration('duplex');
  return {
    handshakeTimeout: inUnits(
      settings,
      'connection.handshakeTimeout',
      SECOND,
      MAX_SECONDS,
      DEFAULT_HANDSHAKE_TIMEOUT,
    ),
    closeTimeout: inUnits(settings, 'connection.closeTimeout', SECOND, MAX_SECONDS, DEFAULT_CLOSE_TIMEOUT),
    maxPayload: inUnits(settings, 'connection.maxPayload', MiB, MAX_MEBIBYTES, DEFAULT_MAX_PAYLOAD, 0),
    deflate: settings.get('connection.deflate') !== false,
  };
}

/** How much of old recordings is kept. */
export function retentionSettings(): Retention {
  const settings = workspace.getConfiguration('duplex');
  return {
    maxAge: inUnits(settings, 'recordings.maxAge', DAY, MAX_DAYS, DEFAULT_MAX_AGE_DAYS * DAY, 0),
    maxBytes: inUnits(settings, 'recordings.maxSize', MiB, MAX_RECORDED_MEBIBYTES, DEFAULT_MAX_RECORDED, 0),
  };
}

/** What closing the panel of a connected session does. */
export function closePanelSetting(): ClosePanelChoice {
  const value = workspace.getConfiguration('duplex').get('panel.onClose');
  return CLOSE_PANEL_CHOICES.find((choice) => choice === value) ?? 'keepConnected';
}

/** settings.json may hold anything: what is not a number in range counts as not set. */
function inUnits(
  settings: WorkspaceConfiguration,
  name: string,
  unit: number,
  most: number,
  fallback: number,
  least = 0.1,
): number {
  const value = settings.get(name);
  return typeof value === 'number' && value >= least && value <= most ? Math.round(value * unit) : fallback;
}
