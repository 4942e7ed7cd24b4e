import { TABLE_SCHEMA } from '../../../src/core/protocol/table/tableSchema.ts';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { connectOptions } from '../../../src/core/session/options/connectOptions.ts';
import {
  SETTING_ENTRIES,
  settingName,
  settingSchema,
} from '../../../src/core/session/options/optionSetting.ts';
import {
  CLOSE_PANEL_CHOICES,
  closePanelSetting,
  connectionSettings,
  retentionSettings,
  withSettings,
} from '../../../src/vscode/settings.ts';
import { workspace } from './support/fakeVscode.ts';

vi.mock('vscode', () => import('./support/fakeVscode.ts'));

beforeEach(() => {
  workspace.settings = {};
});

test('empty settings give the defaults', () => {
  expect(connectionSettings()).toEqual({});
  expect(closePanelSetting()).toBe('keepConnected');
});

test('settings are in seconds and MiB', () => {
  workspace.settings = {
    'connection.handshakeTimeout': 1.5,
    'connection.closeTimeout': 2,
    'connection.maxPayload': 1,
    'connection.deflate': false,
    'connection.heartbeat': 0.5,
    'connection.reconnect': 3,
    'connection.minTlsVersion': 'TLSv1.3',
    'connection.proxy': ' none ',
    'connection.frames': true,
    'panel.onClose': 'ask',
  };
  expect(connectionSettings()).toEqual({
    handshakeTimeout: 1500,
    closeTimeout: 2000,
    maxPayload: 1_048_576,
    deflate: false,
    heartbeat: 500,
    reconnect: 3,
    minTlsVersion: 'TLSv1.3',
    proxy: 'none',
    frames: true,
  });
  expect(closePanelSetting()).toBe('ask');
});

test('no limit is a separate setting', () => {
  workspace.settings = { 'connection.maxPayload': 0 };
  expect(connectionSettings().maxPayload).toBe(0);
});

test.each<unknown>(['5', null, -1, 0, 1e9, NaN, {}])('a time-out of %j counts as not set', (value) => {
  workspace.settings = { 'connection.handshakeTimeout': value, 'panel.onClose': value };
  expect(connectionSettings()).toEqual({});
  expect(closePanelSetting()).toBe('keepConnected');
});

test.each<[string, unknown]>([
  ['deflate', 'yes'],
  ['ca', 'ca.pem'],
  ['ca', [1]],
  ['proxy', 1],
  ['minTlsVersion', null],
  ['reconnect', '3'],
])('%s counts as not set if it is %j', (key, value) => {
  workspace.settings = { [`connection.${key}`]: value };
  expect(connectionSettings()).toEqual({});
});

test('paths of certificate authorities are relative to the home folder, or absolute', () => {
  workspace.settings = { 'connection.ca': ['own.pem', '~/own.pem', resolve('/etc/own.pem')] };
  const own = join(homedir(), 'own.pem');
  expect(connectionSettings().ca).toEqual([own, own, resolve('/etc/own.pem')]);
});

test('options of a connection take precedence over the settings', () => {
  workspace.settings = {
    'connection.deflate': false,
    'connection.heartbeat': 1,
    'connection.closeTimeout': 2,
  };
  expect(withSettings({ url: 'ws://h', heartbeat: 0 })).toEqual({
    url: 'ws://h',
    deflate: false,
    heartbeat: 0,
    closeTimeout: 2000,
  });
  const asked = withSettings({ url: 'ws://h', deflateParameters: { clientMaxWindowBits: 9 } });
  expect(connectOptions(asked)).toMatchObject({
    deflate: true,
    deflateParameters: { clientMaxWindowBits: 9 },
  });
});

test('the settings limit the age and the size of recordings', () => {
  const day = 24 * 60 * 60 * 1000;
  const GiB = 1024 ** 3;
  workspace.settings = {};
  expect(retentionSettings()).toEqual({ maxAge: 30 * day, maxBytes: 10 * GiB });
  workspace.settings = { 'recordings.maxAge': 0, 'recordings.maxSize': 1024 };
  expect(retentionSettings()).toEqual({ maxAge: 0, maxBytes: GiB });
  // A value that is not a number must not delete recordings that the default keeps.
  workspace.settings = { 'recordings.maxAge': '1', 'recordings.maxSize': -5 };
  expect(retentionSettings()).toEqual({ maxAge: 30 * day, maxBytes: 10 * GiB });
});

test('the largest limit fits the transport', () => {
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
    expect(connectOptions({ url: 'ws://h', ...connectionSettings() })).toEqual(
      connectOptions({ url: 'ws://h' }),
    );
    expect(properties['duplex.panel.onClose']?.enum).toEqual(CLOSE_PANEL_CHOICES);
    expect(properties['duplex.panel.onClose']?.default).toBe(closePanelSetting());
    const declared = retentionSettings();
    workspace.settings = {};
    expect(declared).toEqual(retentionSettings());
  });

  test('describes the tables of protocols as the code does', () => {
    expect(properties['duplex.protocols']).toMatchObject({ type: 'array', default: [], items: TABLE_SCHEMA });
    const { $schema, title, ...schema } = JSON.parse(
      readFileSync('media/protocol.schema.json', 'utf8'),
    ) as Record<string, unknown>;
    expect([$schema, title]).toEqual([
      'http://json-schema.org/draft-07/schema#',
      'A protocol of JSON messages',
    ]);
    expect(schema).toEqual(TABLE_SCHEMA);
  });

  test('lets no workspace decide which recordings are deleted', () => {
    const names = Object.keys(properties).filter((name) => name.startsWith('duplex.recordings.'));
    expect(names).toHaveLength(2);
    for (const name of names) expect(properties[name]?.scope).toBe('application');
  });

  test('has the settings of the table of options, with the same content and order', () => {
    const declared = Object.entries(properties).filter(([name]) => name.startsWith('duplex.connection.'));
    const wanted = SETTING_ENTRIES.map(([key, spec], index) => [
      `duplex.${settingName(key)}`,
      {
        ...settingSchema(spec),
        ...(spec.setting === 'machine' && { scope: 'machine' }),
        order: index + 1,
        markdownDescription: `%settings.${key}%`,
      },
    ]);
    expect(declared).toEqual(wanted);
  });

  test('restricts every setting about connections that an untrusted workspace could bring', () => {
    const wanted = SETTING_ENTRIES.filter(([, { setting }]) => setting === 'window');
    expect(capabilities.untrustedWorkspaces.restrictedConfigurations).toEqual([
      ...wanted.map(([key]) => `duplex.${settingName(key)}`),
      'duplex.protocols',
    ]);
  });
});
