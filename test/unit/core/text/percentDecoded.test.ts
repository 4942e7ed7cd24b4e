import { expect, it } from 'vitest';
import { percentDecoded } from '../../../../src/core/text/percentDecoded.ts';

it.each([
  ['user%40host', 'user@host'],
  ['na%C3%AFve', 'naïve'],
  ['100%', '100%'],
  ['%C3', '%C3'],
  ['a%20b%', 'a%20b%'],
])('decodes %s to %s', (written, decoded) => expect(percentDecoded(written)).toBe(decoded));
