import { expect, test } from 'vitest';
import { maskDeep } from '../../../../../src/core/session/secrets/maskSecrets.ts';

test('secrets are masked at every depth of a report, also if one contains another', () => {
  const reported = {
    message: 'Expected text == "token-1234", but it is "token".',
    steps: [{ captures: [{ name: 'a', value: 'token-1234' }], duration: 12, failure: undefined }],
  };
  const masked = maskDeep(reported, ['token', 'token-1234']);
  expect(JSON.stringify(masked)).not.toContain('token');
  expect(masked.message).toBe('Expected text == "••••", but it is "••••".');
  expect(masked.steps[0]).toMatchObject({ duration: 12, failure: undefined });
});

test('values without secrets are not copied', () => {
  const reported = { a: 1 };
  expect(maskDeep(reported, [])).toBe(reported);
});
