import { describe, expect, it } from 'vitest';
import { CHECK_AS_TYPED, draftProblem, typingProblem } from '../../../src/webview/composer/draftCheck.ts';

describe('draftProblem', () => {
  it('finds nothing wrong with what can be sent', () => {
    expect(draftProblem({ mode: 'text', text: '' })).toBeUndefined();
    expect(draftProblem({ mode: 'json', text: '{"a":1}' })).toBeUndefined();
    expect(draftProblem({ mode: 'file', text: '/tmp/message.bin' })).toBeUndefined();
  });

  it('says why a draft cannot be sent', () => {
    expect(draftProblem({ mode: 'json', text: '' })).toContain('Not JSON');
    expect(draftProblem({ mode: 'hex', text: 'zz' })).toContain('hexadecimal');
    expect(draftProblem({ mode: 'file', text: '' })).toBe('Choose a file first.');
  });
});

describe('typingProblem', () => {
  it('says it while one types, but not of a draft that was not begun', () => {
    expect(typingProblem({ mode: 'json', text: '{"a"' })).toContain('Not JSON');
    expect(typingProblem({ mode: 'json', text: ' \n' })).toBeUndefined();
    expect(typingProblem({ mode: 'file', text: '' })).toBeUndefined();
  });

  it('leaves a very long draft alone until it is sent', () => {
    const text = '{'.repeat(CHECK_AS_TYPED + 1);
    expect(typingProblem({ mode: 'json', text })).toBeUndefined();
    expect(draftProblem({ mode: 'json', text })).toContain('Not JSON');
  });
});
