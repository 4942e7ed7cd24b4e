import { describe, expect, it } from 'vitest';
import type { PanelVerb, VerbDraft } from '../../../src/shared/panelVerbs.ts';
import { draftTitle } from '../../../src/webview/composer/draftHistory.ts';
import { argumentProblem, modeOf, verbItems } from '../../../src/webview/composer/verbChoice.ts';

const SPEC: PanelVerb = {
  name: 'push',
  about: 'Pushes an event.',
  arguments: [
    { name: 'topic', optional: false },
    { name: 'event', optional: true },
  ],
  options: [],
  body: 'json',
  bodyName: 'payload',
  bodyOptional: true,
  headers: false,
  besides: [],
  sample: { line: 'room:1 shout', body: '{}' },
};

const draft = (...words: string[]): VerbDraft => ({
  ...{ protocol: 'phoenix', name: 'push', arguments: words, options: {}, beside: [], headers: [] },
});

describe('the arguments of a verb', () => {
  it('can be sent if the required ones have values', () => {
    expect(argumentProblem(SPEC, draft('room:1'))).toBeUndefined();
    expect(argumentProblem(SPEC, draft('room:1', 'shout loudly'))).toBeUndefined();
    expect(argumentProblem(SPEC, draft('{{the topic}}', ''))).toBeUndefined();
  });

  it('report the first missing one, also an optional one before another', () => {
    expect(argumentProblem(SPEC, draft())).toEqual({ index: 0, problem: '@push needs: topic' });
    expect(argumentProblem(SPEC, draft(' ', 'shout'))).toMatchObject({ index: 0 });
    const optional = { ...SPEC, arguments: SPEC.arguments.map((each) => ({ ...each, optional: true })) };
    expect(argumentProblem(optional, draft())).toBeUndefined();
    expect(argumentProblem(optional, draft('', 'shout'))).toMatchObject({ index: 0 });
  });

  it('have spaces in the last one only', () => {
    expect(argumentProblem(SPEC, draft('room 1', 'x'))).toEqual({
      index: 0,
      problem: 'No spaces here: topic',
    });
    expect(argumentProblem(SPEC, draft('{{a}} b', 'x'))).toMatchObject({ index: 0 });
  });
});

it('is chosen from a menu that begins with the plain message', () => {
  expect(verbItems([SPEC], undefined)).toEqual([
    { value: '', text: 'Message', isChecked: true },
    { value: 'push', text: '@push', keys: 'topic event', isChecked: false, beginsGroup: true },
  ]);
  expect(verbItems([SPEC], draft()).map(({ isChecked }) => isChecked)).toEqual([false, true]);
});

it('determines the language of its payload', () => {
  const bodies = ['json', 'graphql', 'text', 'bytes', 'none'] as const;
  expect(bodies.map((body) => modeOf({ ...SPEC, body }))).toEqual([
    'json',
    'text',
    'text',
    'text',
    undefined,
  ]);
});

it('is named in the history', () => {
  expect(draftTitle({ mode: 'json', text: '{\n  "a": 1\n}', verb: draft('room:1', 'shout') })).toBe(
    '@push room:1 shout { "a": 1 }',
  );
});
