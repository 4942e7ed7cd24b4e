import { beforeEach, describe, expect, it, vi } from 'vitest';
import { MASK } from '../../../src/core/session/secrets/mask.ts';
import { askHeaders, askWholeUrl, wholeUrlProblem } from '../../../src/vscode/askSecrets.ts';
import { window } from './support/fakeVscode.ts';

vi.mock('vscode', () => import('./support/fakeVscode.ts'));

interface Box {
  readonly title: string;
  readonly prompt: string;
  readonly value?: string;
  readonly password?: boolean;
  readonly ignoreFocusOut?: boolean;
  readonly validateInput: (text: string) => unknown;
}

/** The input box that was shown last. */
const box = (): Box => (window.showInputBox.mock.calls as unknown as [Box][]).at(-1)![0];
const types = (...answers: (string | undefined)[]): void => {
  for (const answer of answers) window.showInputBox.mockResolvedValueOnce(answer);
};

beforeEach(() => window.showInputBox.mockReset());

describe('asking for a URL whose secret is masked', () => {
  const masked = `ws://a.test/?token=${MASK}`;

  it('begins with the masked one and returns what was typed, without blanks around it', async () => {
    types('  ws://a.test/?token=x ');
    expect(await askWholeUrl(masked)).toBe('ws://a.test/?token=x');
    expect(box().value).toBe(masked);
    expect(box().ignoreFocusOut).toBe(true);
  });

  it('goes on only with a URL that is valid and masks nothing', () => {
    expect(wholeUrlProblem(masked)).toBe(`Replace ${MASK} with the secret.`);
    expect(wholeUrlProblem('http://a.test/')).toMatch(/starts with ws:\/\/ or wss:\/\//);
    expect(wholeUrlProblem(' ws://a.test/ ')).toBeUndefined();
  });

  it('is cancelled with the box', async () => {
    types(undefined);
    await expect(askWholeUrl(masked)).rejects.toMatchObject({ code: 'call.cancelled' });
  });
});

describe('asking for headers that are no longer known', () => {
  it('asks for each once, hidden, and returns them in order', async () => {
    types('Bearer x ', 'k');
    expect(await askHeaders('a.test', ['Authorization', 'X-Key'], 'recording')).toEqual({
      headers: [
        ['Authorization', 'Bearer x'],
        ['X-Key', 'k'],
      ],
      subprotocols: [],
    });
    expect(window.showInputBox).toHaveBeenCalledTimes(2);
    expect(box()).toMatchObject({ title: 'X-Key for a.test', password: true, ignoreFocusOut: true });
  });

  it('says why they are asked for', async () => {
    types('', '');
    await askHeaders('a', ['A'], 'recording');
    expect(box().prompt).toMatch(/^Recordings keep no secrets\. Enter A again/);
    await askHeaders('a', ['A'], 'recent');
    expect(box().prompt).toMatch(/^VS Code no longer has this secret\. Enter A again/);
  });

  it('leaves out a header that is left empty', async () => {
    types('', 'x');
    expect((await askHeaders('a', ['A', 'B'], 'recent')).headers).toEqual([['B', 'x']]);
  });

  it('returns subprotocols as such, because a handshake sets their header itself', async () => {
    types('v2.json,  token-x ,v1');
    expect(await askHeaders('a', ['sec-websocket-protocol'], 'recording')).toEqual({
      ...{ headers: [], subprotocols: ['v2.json', 'token-x', 'v1'] },
    });
  });

  it('checks what is typed as the value of the header', async () => {
    types('');
    await askHeaders('a', ['A'], 'recording');
    const { validateInput } = box();
    expect(validateInput('')).toBeUndefined();
    expect(validateInput('fine')).toBeUndefined();
    expect(validateInput('two\nlines')).toBeTruthy();
  });

  it('shows a name of a recording as text, not as a link or an icon', async () => {
    types('');
    await askHeaders('[x](command:evil) $(alert)', ['$(key)'], 'recording');
    expect(box().title).not.toMatch(/\]\(|\$\(/);
    expect(box().prompt).not.toContain('$(key)');
  });

  it('stops at the first box that is cancelled', async () => {
    types('a', undefined, 'c');
    await expect(askHeaders('a', ['A', 'B', 'C'], 'recording')).rejects.toMatchObject({
      code: 'call.cancelled',
    });
    expect(window.showInputBox).toHaveBeenCalledTimes(2);
  });

  it('asks nothing if nothing is missing', async () => {
    expect(await askHeaders('a', [], 'recent')).toEqual({ headers: [], subprotocols: [] });
    expect(window.showInputBox).not.toHaveBeenCalled();
  });
});
