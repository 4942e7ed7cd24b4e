import { describe, expect, it, vi } from 'vitest';
import { createCommandGate } from '../../../../src/vscode/environments/allowedCommands.ts';

vi.mock('vscode', () => import('../support/fakeVscode.ts'));

function gate({ trusted = true, agrees = true } = {}) {
  const asked: string[] = [];
  const ran: string[] = [];
  const command = createCommandGate({
    isTrusted: () => trusted,
    ask: ({ detail }) => {
      asked.push(detail.split('\n')[0]!);
      return Promise.resolve(agrees);
    },
    run: (line, folder) => {
      ran.push(`${folder} ${line}`);
      return Promise.resolve({ text: 't0ken' });
    },
  });
  return { command, asked, ran };
}

describe('commands of request files', () => {
  it('run after the user allows them, once for a folder', async () => {
    const { command, asked, ran } = gate();
    expect(await command('login', 'file:///a')).toEqual({ text: 't0ken' });
    expect(await command('login', 'file:///a')).toEqual({ text: 't0ken' });
    expect(asked).toEqual(['login']);
    await command('login --all', 'file:///a');
    await command('login', 'file:///b');
    expect(asked).toEqual(['login', 'login --all', 'login']);
    expect(ran).toHaveLength(4);
  });

  it('do not run if the user does not agree, and the next run asks again', async () => {
    const { command, asked, ran } = gate({ agrees: false });
    expect(await command('login', 'file:///a')).toHaveProperty('problem');
    await command('login', 'file:///a');
    expect(asked).toHaveLength(2);
    expect(ran).toEqual([]);
  });

  it('do not run in Restricted Mode, without a question', async () => {
    const { command, asked, ran } = gate({ trusted: false });
    expect(await command('login', 'file:///a')).toEqual({
      problem: expect.stringContaining('Restricted Mode') as string,
    });
    expect([...asked, ...ran]).toEqual([]);
  });
});
