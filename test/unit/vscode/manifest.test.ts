import { existsSync, readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { demoCommands } from '../../../src/vscode/commands/demoCommands.ts';
import { sessionCommands } from '../../../src/vscode/commands/sessionCommands.ts';
import type { Services } from '../../../src/vscode/services.ts';

vi.mock('vscode', () => import('./support/fakeVscode.ts'));

interface Manifest {
  contributes: {
    commands: { command: string; category?: string; title: string; icon?: string }[];
    menus: Record<string, { command: string; when?: string }[]>;
    views: Record<string, { id: string; icon: string }[]>;
    viewsWelcome: { view: string; contents: string }[];
  };
}

const text = readFileSync('package.json', 'utf8');
const { contributes } = JSON.parse(text) as Manifest;
const nls = JSON.parse(readFileSync('package.nls.json', 'utf8')) as Record<string, string>;
const declared = contributes.commands.map((command) => command.command);

test('every text of the manifest that is looked up exists, and none is left over', () => {
  const used = [...text.matchAll(/"%([^%"]+)%"/g)].map((match) => match[1]!);
  expect([...new Set(used)].sort()).toEqual(Object.keys(nls).sort());
});

test('every command of a session or the demo server is declared', () => {
  const services = {} as Services;
  for (const id of Object.keys({ ...sessionCommands(services), ...demoCommands(services) }))
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

test('commands that need a row are not in the palette', () => {
  for (const command of ['duplex.savePayload', 'duplex.copyPayload'])
    expect(contributes.menus['commandPalette']).toContainEqual({ command, when: 'false' });
});

test('icons exist', () => {
  for (const path of text.matchAll(/"(media\/[^"]+)"/g)) expect(existsSync(path[1]!)).toBe(true);
  for (const name of ['session-light.svg', 'session-dark.svg'])
    expect(existsSync(`media/${name}`)).toBe(true);
});
