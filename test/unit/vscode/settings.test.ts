import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import {
  CLOSE_PANEL_CHOICES,
  closePanelSetting,
  connectionSettings,
  retentionSettings,
} from '../../../src/vscode/settings.ts';
import { workspace } from './support/fakeVscode.ts';

vi.mock('vscode', () => import('./support/fakeVscode.ts'));

const DEFAULTS = { handshakeTimeout: 30_000, closeTimeout: 5_000, maxPayload: 104_857_600, deflate: true };

beforeEach(() => {
  workspace.settings = {};
});

test('nothing set gives the defaults, in milliseconds and bytes', () => {
  expect(connectionSettings()).toEqual(DEFAULTS);
  expect(closePanelSetting()).toBe('keepConnected');
});

test('settings are in seconds and MiB', () => {
  workspace.settings = {
    'connection.handshakeTimeout': 1.5,
    'connection.closeTimeout': 2,
    'connection.maxPayload': 1,
    'connection.deflate': false,
    'panel.onClose': 'ask',
  };
  expect(connectionSettings()).toEqual({
    handshakeTimeout: 1500,
    closeTimeout: 2000,
    maxPayload: 1_048_576,
    deflate: false,
  });
  expect(closePanelSetting()).toBe('ask');
});

test('no limit is a setting of its own', () => {
  workspace.settings = { 'connection.maxPayload': 0 };
  expect(connectionSettings().maxPayload).toBe(0);
});

test.each<unknown>(['5', null, -1, 0, 1e9, NaN, {}])('a time-out of %j counts as not set', (value) => {
  workspace.settings = { 'connection.handshakeTimeout': value, 'panel.onClose': value };
  expect(connectionSettings()).toEqual(DEFAULTS);
  expect(closePanelSetting()).toBe('keepConnected');
});

test('recordings are kept as long and as much as the settings say', () => {
  const day = 24 * 60 * 60 * 1000;
  const GiB = 1024 ** 3;
  workspace.settings = {};
  expect(retentionSettings()).toEqual({ maxAge: 30 * day, maxBytes: 10 * GiB });
  workspace.settings = { 'recordings.maxAge': 0, 'recordings.maxSize': 1024 };
  expect(retentionSettings()).toEqual({ maxAge: 0, maxBytes: GiB });
  // What is no number must not delete anything that the default would keep.
  workspace.settings = { 'recordings.maxAge': '1', 'recordings.maxSize': -5 };
  expect(retentionSettings()).toEqual({ maxAge: 30 * day, maxBytes: 10 * GiB });
});

test('the largest limit fits what the transport can keep', () => {
  workspace.settings = { 'connection.maxPayload': 2047 };
  expect(connectionSettings().maxPayload).toBeLessThan(2 ** 31);
});

describe('the manifest', () => {
  const { contributes, capabilities } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    contributes: {
      configuration: { properties: Record<string, { default: unknown; enum?: string[]; scope?: string }> }[];
    };
    capabilities: { untrustedWorkspaces: { restrictedConfigurations: string[] } };
  };
  const properties = Object.assign(
    {},
    ...contributes.configuration.map((group) => group.properties),
  ) as Record<string, { default: unknown; enum?: string[]; scope?: string }>;

  test('declares the defaults that the code has', () => {
    workspace.settings = Object.fromEntries(
      Object.entries(properties).map(([name, property]) => [name.replace('duplex.', ''), property.default]),
    );
    expect(connectionSettings()).toEqual(DEFAULTS);
    expect(properties['duplex.panel.onClose']?.enum).toEqual(CLOSE_PANEL_CHOICES);
    expect(properties['duplex.panel.onClose']?.default).toBe(closePanelSetting());
    const declared = retentionSettings();
    workspace.settings = {};
    expect(declared).toEqual(retentionSettings());
  });

  test('lets no workspace decide what of the recordings is deleted', () => {
    const names = Object.keys(properties).filter((name) => name.startsWith('duplex.recordings.'));
    expect(names).toHaveLength(2);
    for (const name of names) expect(properties[name]?.scope).toBe('application');
  });

  test('restricts only settings that exist', () => {
    for (const name of capabilities.untrustedWorkspaces.restrictedConfigurations)
      expect(Object.keys(properties)).toContain(name);
  });
});
