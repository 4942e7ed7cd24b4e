import { existsSync, readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { demoCommands } from '../../../src/vscode/commands/demoCommands.ts';
import { recordingCommands } from '../../../src/vscode/commands/recordingCommands.ts';
import { sessionCommands } from '../../../src/vscode/commands/sessionCommands.ts';
import { manageSessionCommands } from '../../../src/vscode/commands/manageSessionCommands.ts';
import type { Services } from '../../../src/vscode/services.ts';
import { recentCommands } from '../../../src/vscode/sidebar/recentView.ts';
import { requestListCommands } from '../../../src/vscode/sidebar/requestsTree.ts';

vi.mock('vscode', () => import('./support/fakeVscode.ts'));

interface Manifest {
  contributes: {
    commands: { command: string; category?: string; title: string; icon?: string }[];
    keybindings: { command: string; when: string; args?: { focusedIn: string } }[];
    menus: Record<string, { command: string; when?: string; group?: string }[]>;
    views: Record<string, { id: string; icon: string }[]>;
    viewsWelcome: { view: string; contents: string; when: string }[];
    walkthroughs: { steps: { media: { svg: string }; completionEvents: string[] }[] }[];
  };
}

const text = readFileSync('package.json', 'utf8');
const { contributes } = JSON.parse(text) as Manifest;
const nls = JSON.parse(readFileSync('package.nls.json', 'utf8')) as Record<string, string>;
const declared = contributes.commands.map((command) => command.command);

test('every text key of the manifest exists, and every text is used', () => {
  const used = [...text.matchAll(/"%([^%"]+)%"/g)].map((match) => match[1]!);
  expect([...new Set(used)].sort()).toEqual(Object.keys(nls).sort());
});

test('every command of a session, a view or the demo server is declared', () => {
  const services = {} as Services;
  for (const id of Object.keys({
    ...sessionCommands(services),
    ...manageSessionCommands(services),
    ...recordingCommands(services),
    ...recentCommands(services),
    ...requestListCommands(),
    ...demoCommands(services),
  }))
    expect(declared).toContain(id);
});

test('every command has the category', () => {
  for (const command of contributes.commands) expect(command.category).toBe('%command.category%');
});

test('menus and welcome links name declared commands', () => {
  const named = Object.values(contributes.menus)
    .flat()
    .map((item) => item.command);
  const linked = contributes.viewsWelcome.flatMap(({ contents }) =>
    [...(nls[contents.replaceAll('%', '')] ?? '').matchAll(/command:(duplex[\w.]+)/g)].map(
      (match) => match[1]!,
    ),
  );
  expect(linked.length).toBeGreaterThan(0);
  for (const command of [...named, ...linked]) expect(declared).toContain(command);
});

test('commands that need a row of a view are not in the palette', () => {
  for (const command of [
    'duplex.savePayload',
    'duplex.copyPayload',
    ...['revealRecording', 'deleteRecording', 'connectRecent', 'connectListedRequest'].map(
      (id) => `duplex.${id}`,
    ),
  ])
    expect(contributes.menus['commandPalette']).toContainEqual({ command, when: 'false' });
});

test('keys of the views name the view whose row they are about, and other keys none', () => {
  const views = contributes.views['duplex']!.map(({ id }) => id);
  for (const { command, when, args } of contributes.keybindings) {
    expect(declared).toContain(command);
    const [, view] = /^focusedView == (\S+) && listFocus && !inputFocus$/.exec(when) ?? [];
    expect(args?.focusedIn, command).toBe(view);
    if (view !== undefined) expect(views).toContain(view);
  }
});

test('the explorer offers Import… for folders and for files of other clients only', () => {
  const item = contributes.menus['explorer/context']!.find(({ command }) => command === 'duplex.import');
  const [, folder, source = ''] = /^(\w+) \|\| resourceFilename =~ \/(.+)\/i$/.exec(item?.when ?? '') ?? [];
  expect(folder).toBe('explorerResourceIsFolder');
  const pattern = new RegExp(source, 'i');
  const offered = [
    'a.har',
    'a.HAR',
    'trace.har.zip',
    'a.zhar',
    'Ticks.bru',
    'opencollection.yml',
    'asyncapi.yaml',
  ];
  offered.push(
    'shop.postman_collection.json',
    'dev.postman_environment.json',
    'Insomnia_2026.yaml',
    'yaak.all.json',
  );
  expect(offered.filter((name) => !pattern.test(name))).toEqual([]);
  const others = ['a.zip', 'a.json', 'har', 'a.har.txt', 'a.ws', 'package.json', 'a.yaml'];
  expect(others.filter((name) => pattern.test(name))).toEqual([]);
});

test('icons exist', () => {
  for (const path of text.matchAll(/"(media\/[^"]+)"/g)) expect(existsSync(path[1]!)).toBe(true);
  for (const name of ['session-open-light.svg', 'session-failed-dark.svg', 'session-closed-dark.svg'])
    expect(existsSync(`media/${name}`)).toBe(true);
});

test('every view has a welcome: a first step with trust, the offer to trust without it', () => {
  for (const { id } of contributes.views['duplex']!) {
    const welcomes = contributes.viewsWelcome.filter(({ view }) => view === id);
    const text = (when: string): string =>
      nls[welcomes.find((welcome) => welcome.when === when)?.contents.replaceAll('%', '') ?? ''] ?? '';
    expect(text('isWorkspaceTrusted')).toMatch(/^\[.+\]\(command:duplex\./m);
    expect(text('!isWorkspaceTrusted')).toContain('command:workbench.trust.manage');
  }
});

test('no row has more than three buttons', () => {
  const inline = contributes.menus['view/item/context']!.filter(({ group }) => group?.startsWith('inline'));
  for (const viewItem of [
    'session.open',
    'session.closing',
    'session.closed',
    'request',
    'requestFile',
    'recent',
    'recording',
  ]) {
    const shown = inline.filter(({ when = '' }) => {
      const [, pattern] = /viewItem =~ \/(.+)\//.exec(when) ?? [];
      return pattern ? new RegExp(pattern).test(viewItem) : when.endsWith(`viewItem == ${viewItem}`);
    });
    expect(shown.length, viewItem).toBeGreaterThan(0);
    expect(shown.length, viewItem).toBeLessThanOrEqual(3);
  }
});

test('steps of the walkthrough are completed by commands that exist', () => {
  const [walkthrough] = contributes.walkthroughs;
  expect(walkthrough!.steps).toHaveLength(4);
  for (const { completionEvents } of walkthrough!.steps)
    for (const event of completionEvents)
      expect([...declared, 'duplex.recordings.focus']).toContain(event.replace('onCommand:', ''));
});
