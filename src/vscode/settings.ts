import { workspace } from 'vscode';
import type { WorkspaceConfiguration } from 'vscode';
import type { GivenOptions } from '../core/session/options/connectOptions.ts';
import { resolvePaths } from '../core/session/options/connectOptions.ts';
import { SETTING_ENTRIES, settingName, settingValue } from '../core/session/options/optionSetting.ts';
import { MiB } from '../shared/limits.ts';
import type { Retention } from '../engine/recordings.ts';
import type { ConnectOptions } from '../shared/session.ts';
import { homePath } from './optionPaths.ts';

export const CLOSE_PANEL_CHOICES = ['keepConnected', 'disconnect', 'ask'] as const;
export type ClosePanelChoice = (typeof CLOSE_PANEL_CHOICES)[number];

const DAY = 24 * 60 * 60 * 1000;
const MAX_DAYS = 36_500;
const DEFAULT_MAX_AGE_DAYS = 30;
const MAX_RECORDED_MEBIBYTES = 1024 * 1024 * 1024;
const DEFAULT_MAX_RECORDED = 10 * 1024 * MiB;

/**
 * What the settings say about a connection that does not say otherwise itself. Paths are relative to the home folder:
 * no workspace can set them.
 */
export function connectionSettings(): Partial<ConnectOptions> {
  const settings = workspace.getConfiguration('duplex');
  const values = SETTING_ENTRIES.map(
    ([key, spec]) => [key, settingValue(spec, settings.get(settingName(key)))] as const,
  );
  const given = Object.fromEntries(values.filter(([, value]) => value !== undefined));
  return resolvePaths(given as Partial<ConnectOptions>, homePath);
}

/** What is given, and the settings where it says nothing. */
export function withSettings(given: GivenOptions): GivenOptions {
  // To ask for parameters is to ask for compression, whatever the settings say.
  const asksForDeflate = given.deflateParameters !== undefined;
  return { ...connectionSettings(), ...(asksForDeflate && { deflate: true }), ...given };
}

/** How much of old recordings is kept. */
export function retentionSettings(): Retention {
  const settings = workspace.getConfiguration('duplex');
  return {
    maxAge: inUnits(settings, 'recordings.maxAge', DAY, MAX_DAYS, DEFAULT_MAX_AGE_DAYS * DAY),
    maxBytes: inUnits(settings, 'recordings.maxSize', MiB, MAX_RECORDED_MEBIBYTES, DEFAULT_MAX_RECORDED),
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
): number {
  const value = settings.get(name);
  return typeof value === 'number' && value >= 0 && value <= most ? Math.round(value * unit) : fallback;
}
