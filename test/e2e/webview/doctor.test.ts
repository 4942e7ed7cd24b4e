import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { DuplexError } from '../../../src/shared/errors.ts';
import { CAUSE, diagnosis, ending } from './support/connections.ts';
import { conversation, refusal } from './support/conversation.ts';
import { isFocused } from './support/inPage.ts';
import { useBrowser } from './support/openPanel.ts';
import type { OpenPanel } from './support/openPanel.ts';

const browser = useBrowser();
let panel: OpenPanel;

const card = (): Locator => panel.page.locator('duplex-doctor');
const button = (name: string): Locator => card().getByRole('button', { name, exact: true });
const error = { code: 'handshake.status', message: CAUSE };

async function fail(): Promise<void> {
  panel = await browser.openPanel();
  panel.host.add(...conversation, refusal);
  panel.host.change({ state: 'failed', error });
  panel.host.answer.diagnosis = async () => diagnosis;
  await panel.load();
  await card().waitFor();
}

describe('the card of a failure', () => {
  it('shows the cause, its code and the evidence', async () => {
    await fail();
    await card().getByRole('alert').getByText('401 Unauthorized').waitFor();
    await card().getByText('handshake.status').waitFor();
    for (const text of ['HTTP 401', 'Bearer realm="api"', '192.0.2.7:443'])
      await card().getByText(text, { exact: true }).first().waitFor();
  });

  it('shows the evidence first if it explains more than the cause', async () => {
    panel = await browser.openPanel();
    panel.host.add(...conversation, refusal);
    panel.host.change({ state: 'failed', error });
    panel.host.answer.diagnosis = async () => ({ ...diagnosis, headline: 'The access token expired' });
    await panel.load();
    await card().getByRole('alert').getByText('The access token expired', { exact: true }).waitFor();
    await expect
      .poll(() => card().getByRole('alert').textContent())
      .toMatch(/The access token expired[^]*401/);
  });

  it('opens headers, body, first bytes and certificates, all of them inert', async () => {
    await fail();
    const block = async (title: string): Promise<string | null> => {
      await card().getByText(title, { exact: true }).click();
      return card().getByLabel(title, { exact: true }).textContent();
    };
    expect(await block('2 headers')).toBe(
      'www-authenticate: Bearer realm="api"\ncontent-type: application/json',
    );
    expect(await block(`Body, ${Buffer.byteLength(diagnosis.detail!.body!)} B`)).toBe(
      '{"error":"<b>token</b> expired‹U+202E›"}\nsecond line',
    );
    expect(await block('First 12 bytes')).toBe(
      '00000000  48 54 54 50 2f 31 2e 31  20 34 30 31              HTTP/1.1 401',
    );
    await card().getByText('3 certificates').click();
    await card().getByText('CN=Example Root').first().waitFor();
    await expect.poll(() => card().locator('b').count()).toBe(0);
  });

  it('offers the best fix first, and does it', async () => {
    await fail();
    const primary = await card().locator('.fix').first().getAttribute('secondary');
    expect(primary).toBeNull();
    await button('Add an Origin Header').click();
    await expect.poll(() => panel.host.calls.applyFix).toEqual([['origin']]);
    await button('Accept Any Certificate').click();
    await expect.poll(() => panel.host.calls.applyFix.at(-1)).toEqual(['insecure']);
  });

  it('applies a fix once, also if it is pressed again during the work', async () => {
    await fail();
    let end = (): void => undefined;
    panel.host.answer.applyFix = () => new Promise((resolve) => (end = resolve));
    await button('Add an Origin Header').click();
    await expect.poll(() => card().locator('.fix').first().getAttribute('disabled')).not.toBeNull();
    await button('Add an Origin Header').click({ force: true });
    await button('Accept Any Certificate').click({ force: true });
    end();
    await expect.poll(() => card().locator('.fix').first().getAttribute('disabled')).toBeNull();
    expect(panel.host.calls.applyFix).toEqual([['origin']]);
  });

  it('leaves the keys to the composer when a fix has opened the connection', async () => {
    await fail();
    await button('Add an Origin Header').press('Enter');
    await expect.poll(() => panel.host.calls.applyFix).toEqual([['origin']]);
    // Something else is reported while the user is asked a question about the fix.
    panel.host.add({ payload: 'late' });
    panel.host.update();
    await panel.page.locator('.row').filter({ hasText: 'late' }).waitFor();
    panel.host.change({ state: 'open', error: undefined, openedAt: Date.now() });
    panel.host.update();
    await card().waitFor({ state: 'detached' });
    await expect.poll(() => isFocused(panel.page.locator('duplex-composer .cm-content'))).toBe(true);
  });

  it('reports once why a fix did not help', async () => {
    await fail();
    panel.host.answer.applyFix = async () => {
      throw new DuplexError('call.invalid', 'The session has changed since.');
    };
    await button('Add an Origin Header').click();
    await panel.page.getByRole('alert').getByText('The session has changed since.').waitFor();
  });

  it('opens the row of the failure, and copies a curl command', async () => {
    await fail();
    await button('Show in Timeline').click();
    await panel.page.locator('duplex-inspector').getByText('"handshake.status"').waitFor();
    await button('Copy as curl').click();
    await expect.poll(() => panel.host.calls.run).toEqual([['copyCurl']]);
  });

  it('folds the evidence away', async () => {
    await fail();
    await card().getByText('HTTP 401').waitFor();
    await button('Hide the Evidence').click();
    await card().getByText('HTTP 401').waitFor({ state: 'detached' });
    await button('Show the Evidence').click();
    await card().getByText('HTTP 401').waitFor();
  });

  it('is closed when the session connects again, and shows the next failure', async () => {
    await fail();
    panel.host.change({ state: 'connecting', error: undefined });
    panel.host.update();
    await card().waitFor({ state: 'detached' });
    panel.host.answer.diagnosis = async () => ({
      ...diagnosis,
      cause: 'Nobody listens there.',
      evidence: [],
      fixes: [],
      detail: { code: 'tcp.refused', message: 'Nobody listens there.' },
    });
    panel.host.change({ state: 'failed', error: { code: 'tcp.refused', message: 'Nobody listens there.' } });
    panel.host.update();
    await card().getByText('Nobody listens there.').waitFor();
    await expect.poll(() => card().locator('.fix').count()).toBe(0);
    await expect.poll(() => card().locator('.toggle').count()).toBe(0);
  });

  it('shows the known facts if the host has no diagnosis', async () => {
    panel = await browser.openPanel();
    panel.host.change({ state: 'failed', error });
    panel.host.answer.diagnosis = async () => {
      throw new DuplexError('disk.denied', 'The recording cannot be read.');
    };
    await panel.load();
    await card().getByText(CAUSE).waitFor();
    await panel.page.getByRole('alert').getByText('The recording cannot be read.').waitFor();
  });

  it('shows an unexpected end, whose first fix is the primary action', async () => {
    panel = await browser.openPanel();
    panel.host.add(...conversation);
    panel.host.change({ state: 'closed', end: { code: 1008, reason: 'token expired' } });
    panel.host.answer.diagnosis = async () => ending;
    await panel.load();
    await card().getByRole('alert').getByText('The server refuses by its policy').waitFor();
    await card().getByText('1008', { exact: true }).waitFor();
    await card().getByText('token expired', { exact: true }).waitFor();
    await button('Connect again').click();
    await expect.poll(() => panel.host.calls.applyFix).toEqual([['retry']]);
    panel.host.change({ state: 'open', end: undefined });
    panel.host.update();
    await card().waitFor({ state: 'detached' });
  });

  it('counts down to the time at which the server allows another try', async () => {
    panel = await browser.openPanel({ isLast: true });
    await panel.page.clock.install();
    panel.host.change({ state: 'failed', error });
    const retryAt = Date.now() + 30_000;
    const fixes = [{ id: 'retry', label: 'Connect again' }];
    panel.host.answer.diagnosis = async () => ({ ...diagnosis, headline: 'Retry in 30 s', fixes, retryAt });
    await panel.load();
    await card()
      .getByText(/^Retry in (30|2\d) s$/)
      .waitFor();
    const disabled = (): Promise<string | null> => card().locator('.fix').getAttribute('disabled');
    expect(await disabled()).not.toBeNull();
    await panel.page.clock.fastForward(31_000);
    await card().getByText('The server allows another attempt now').waitFor();
    expect(await disabled()).toBeNull();
    await button('Connect again').click();
    await expect.poll(() => panel.host.calls.applyFix).toEqual([['retry']]);
  });
});
