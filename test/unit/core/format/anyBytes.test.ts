import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatMessage } from '../../../../src/core/format/formatMessage.ts';
import type { View } from '../../../../src/shared/formatProtocol.ts';
import { MAX_LINE_CHARS } from '../../../../src/shared/limits.ts';
import { KINDS } from '../../../../src/shared/timeline.ts';
import type { Kind } from '../../../../src/shared/timeline.ts';
import { finish, fromUtf8, linesOf, utf8 } from './helpers.ts';

/** Possible payloads of a server: any bytes, text that looks like JSON, and damaged JSON. */
const payload = fc.oneof(
  fc.uint8Array({ maxLength: 400 }),
  fc.string({ unit: 'binary', maxLength: 200 }).map(utf8),
  fc.json().map(utf8),
  fc.tuple(fc.json(), fc.uint8Array({ maxLength: 3 }), fc.nat()).map(([json, patch, at]) => {
    const bytes = utf8(json);
    bytes.set(
      patch.subarray(0, Math.max(0, bytes.length - (at % (bytes.length + 1)))),
      at % (bytes.length + 1),
    );
    return bytes;
  }),
);
const kind = fc.constantFrom<Kind>(...KINDS);
const view = fc.constantFrom<View>('pretty', 'raw', 'hex');

/** Longer than any line: made of a part that is repeated, so that cuts fall everywhere. */
const long = fc
  .tuple(fc.uint8Array({ minLength: 1, maxLength: 7 }), fc.nat({ max: 3 }))
  .map(([part, shift]) => {
    const bytes = new Uint8Array(shift + part.length * Math.ceil((MAX_LINE_CHARS * 5) / part.length)).fill(
      0x61,
    );
    for (let at = shift; at < bytes.length; at += part.length) bytes.set(part, at);
    return bytes;
  });

describe('formatMessage, of any bytes', () => {
  it('never fails, and draws every line', () => {
    fc.assert(
      fc.property(payload, kind, view, (bytes, of, as) => {
        const { view: lines, language } = finish(formatMessage(bytes, of, as));
        for (const line of linesOf(lines)) expect(line).not.toMatch(/[\r\n]/);
        if (as === 'hex') expect(language).toBe('hex');
      }),
      { numRuns: 2_000 },
    );
  });

  it('returns text with the lines that are shown', () => {
    fc.assert(
      fc.property(payload, kind, fc.constantFrom('pretty', 'hex'), (bytes, of, as) => {
        const { view: lines, language } = finish(formatMessage(bytes, of, as));
        fc.pre(language !== 'text');
        expect(fromUtf8(finish(lines.text()))).toBe(linesOf(lines).join('\n'));
      }),
      { numRuns: 1_000 },
    );
  });

  it('gives the very bytes back as raw text', () => {
    fc.assert(
      fc.property(payload, kind, (bytes, of) => {
        const { view: lines } = finish(formatMessage(bytes, of, 'raw'));
        expect(finish(lines.text())).toEqual(bytes);
      }),
    );
  });

  it('loses no token of JSON', () => {
    const tokens = (json: string): string => json.replace(/("(?:[^"\\]|\\.)*")|\s+/g, '$1');
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), fc.nat({ max: 8 }), (json, indent) => {
        const spaced = JSON.stringify(JSON.parse(json), null, indent);
        const { view: lines } = finish(formatMessage(utf8(spaced), 'text', 'pretty'));
        expect(tokens(linesOf(lines).join('\n'))).toBe(tokens(spaced));
      }),
    );
  });

  it('cuts lines of any bytes, and no character of those that are UTF-8', () => {
    fc.assert(
      fc.property(long, (bytes) => {
        const { view: lines } = finish(formatMessage(bytes, 'text', 'raw'));
        const shown = linesOf(lines);
        // A sequence that is cut off becomes up to three replacement characters where it was counted as one.
        for (const line of shown) expect(line.length).toBeLessThanOrEqual(MAX_LINE_CHARS * 3);
        expect(shown.join('')).toBe(fromUtf8(bytes).replace(/\r\n|\r|\n/g, ''));
      }),
      { numRuns: 200 },
    );
  });
});
