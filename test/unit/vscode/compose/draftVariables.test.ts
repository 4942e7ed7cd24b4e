import { describe, expect, it, vi } from 'vitest';
import { parseEnvironmentFile } from '../../../../src/core/request/variables/environmentFile.ts';
import { NO_ENVIRONMENT_CONTEXT } from '../../../../src/core/request/variables/environmentContext.ts';
import { createDraftVariables } from '../../../../src/vscode/panel/compose/draftVariables.ts';

const outside = {
  env: (name: string) => (name === 'HOME' ? '/home/me' : undefined),
  secret: vi.fn(async (name: string) => (name === 'token' ? 's3cret' : undefined)),
  command: async () => ({ problem: 'No commands.' }),
  prompt: async () => 'typed',
  remedies: { secret: () => 'run WebSocket: Set Secret.', prompt: 'type a value.' },
};

const file = parseEnvironmentFile(
  '/w/http-client.env.json',
  '{"dev": {"channel": "BTC", "n": 7, "all": "{{channel}}!"}}',
);
const variables = createDraftVariables(
  async () => ({ ...NO_ENVIRONMENT_CONTEXT, environmentFiles: [file], environment: 'dev' }),
  outside,
);

describe('the variables of a draft', () => {
  it('are those of the chosen environment with their values, and the dynamic ones', async () => {
    const list = await variables.list();
    expect(list).toContainEqual({ name: 'channel', detail: 'BTC' });
    expect(list).toContainEqual({ name: 'all', detail: 'BTC!' });
    expect(list.map(({ name }) => name)).toContain('$secret NAME');
  });

  it('are filled in, and a backslash before the braces keeps them', async () => {
    const filled = await variables.fill(
      '{"c":"{{all}}","n":{{n}},"t":"{{$secret token}}","h":"{{$env HOME}}","x":"\\{{n}}"}',
    );
    expect(filled.text).toBe('{"c":"BTC!","n":7,"t":"s3cret","h":"/home/me","x":"{{n}}"}');
    expect(filled.secrets).toEqual(['s3cret']);
  });

  it('are evaluated without questions to the user', async () => {
    outside.secret.mockClear();
    const tried = await variables.fill('{{channel}} {{$secret other}} {{$prompt Name}}', { isTrial: true });
    expect(tried.text).toBe('BTC asked-for-later asked-for-later');
    expect(outside.secret).not.toHaveBeenCalled();
  });

  it('are not evaluated if a text has none', async () => {
    expect(await variables.fill('{"a":{"b":{}}}')).toEqual({ text: '{"a":{"b":{}}}', secrets: [] });
  });

  it.each([
    ['{{nothing}}', /\{\{nothing\}\} has no value: add it to an environment/],
    ['{{$secret other}}', /secret .other. is not set/],
    ['{{$nothing}}', /There is no dynamic variable/],
    ['{{channel', /not closed/],
  ])('report the problem of %s', async (text, message) => {
    await expect(variables.fill(text)).rejects.toThrow(message);
  });
});
