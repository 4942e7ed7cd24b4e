import { describe, expect, it } from 'vitest';
import {
  CHECK_AS_TYPED,
  draftProblem,
  formattedDraft,
  typingProblem,
} from '../../../src/webview/composer/draftCheck.ts';
import { createDraftHistory, draftTitle } from '../../../src/webview/composer/draftHistory.ts';
import type { Draft } from '../../../src/shared/panelProtocol.ts';

describe('draftProblem', () => {
  it('finds no problem in a draft that can be sent', () => {
    expect(draftProblem({ mode: 'text', text: '' })).toBeUndefined();
    expect(draftProblem({ mode: 'json', text: '{"a":1}' })).toBeUndefined();
    expect(draftProblem({ mode: 'file', text: '/tmp/message.bin' })).toBeUndefined();
  });

  it('says why a draft cannot be sent, and where', () => {
    expect(draftProblem({ mode: 'json', text: '' })?.problem).toContain('Not JSON');
    expect(draftProblem({ mode: 'hex', text: '00 zz' })).toMatchObject({ at: 3 });
    expect(draftProblem({ mode: 'file', text: '' })?.problem).toBe('Choose a file first.');
  });

  it.each([
    '{"a":{{id}}}',
    '{"a":"{{name}}"}',
    '{{all}}',
    '{"{{key}}":1,{{other}}:[{{$uuid}}]}',
    '{"a":{"b":{{c}}}}',
  ])('reads JSON with variables: %s', (text) => {
    expect(draftProblem({ mode: 'json', text })).toBeUndefined();
  });

  it('keeps places in JSON with variables, and reads braces literally if they are sent as they are', () => {
    expect(draftProblem({ mode: 'json', text: '{"a":{{id}},"b":}' })).toMatchObject({ at: 16 });
    expect(draftProblem({ mode: 'json', text: '{"a":{{id}}}', asIs: true })).toMatchObject({ at: 6 });
  });
});

describe('typingProblem', () => {
  it('reports a problem during typing, but not for an empty draft', () => {
    expect(typingProblem({ mode: 'json', text: '{"a"' })?.problem).toContain('Not JSON');
    expect(typingProblem({ mode: 'json', text: '  ' })).toBeUndefined();
    expect(typingProblem({ mode: 'file', text: '' })).toBeUndefined();
  });

  it('does not check long drafts before they are sent', () => {
    expect(typingProblem({ mode: 'json', text: '{'.repeat(CHECK_AS_TYPED + 1) })).toBeUndefined();
  });
});

describe('formattedDraft', () => {
  it('lays JSON out around its variables', () => {
    const text = '{"id":{{id}},"c":"x {{channel}}","l":[{{$randomInt 1 9}},1.0]}';
    expect(formattedDraft({ mode: 'json', text })).toBe(
      '{\n  "id": {{id}},\n  "c": "x {{channel}}",\n  "l": [\n    {{$randomInt 1 9}},\n    1.0\n  ]\n}',
    );
  });

  it('does not change a draft that is not JSON', () => {
    expect(formattedDraft({ mode: 'json', text: '{"id":{{id}}' })).toBeUndefined();
    expect(formattedDraft({ mode: 'json', text: '{"id":{{id}}}', asIs: true })).toBeUndefined();
  });
});

describe('the history of drafts', () => {
  const text = (value: string): Draft => ({ mode: 'text', text: value });

  it('goes back and forth, and ends at the typed draft', async () => {
    const history = createDraftHistory(async () => [text('b'), text('a')]);
    expect(await history.step(-1, text('typed'))).toBeUndefined();
    expect(await history.step(1, text('typed'))).toEqual(text('b'));
    expect(await history.step(1, text('b'))).toEqual(text('a'));
    expect(await history.step(1, text('a'))).toBeUndefined();
    expect(await history.step(-1, text('a'))).toEqual(text('b'));
    expect(await history.step(-1, text('b'))).toEqual(text('typed'));
  });

  it('skips the text of the editor, and starts again after typing', async () => {
    const history = createDraftHistory(async () => [text('b'), text('a')]);
    expect(await history.step(1, text('b'))).toEqual(text('a'));
    history.reset();
    expect(await history.step(1, text('new'))).toEqual(text('b'));
  });

  it('is listed by one line each', () => {
    expect(draftTitle(text('{\n  "a": 1\n}'))).toBe('{ "a": 1 }');
    expect(draftTitle(text('x'.repeat(100)))).toBe(`${'x'.repeat(60)}…`);
  });
});
