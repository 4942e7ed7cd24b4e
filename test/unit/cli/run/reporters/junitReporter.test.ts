import fc from 'fast-check';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { describe, expect, test } from 'vitest';
import { createJunitReporter } from '../../../../../src/cli/run/reporters/junitReporter.ts';
import { xmlLine, xmlText } from '../../../../../src/cli/run/reporters/junitReporter.ts';
import { failure, fileReport, result, runReport } from './results.ts';

function junit(...files: Parameters<typeof runReport>[0]): string {
  let text = '';
  createJunitReporter((more) => void (text += more)).ended(runReport(files));
  return text;
}

const problem = {
  file: 'a.ws',
  line: 3,
  column: 1,
  endLine: 3,
  endColumn: 2,
  severity: 'error',
  code: 'x.y',
  message: 'No.',
} as const;

describe('the JUnit report', () => {
  test('has one suite per file and one case per request', () => {
    const text = junit(
      fileReport(
        'a.ws',
        [
          result('good'),
          result('bad', { status: 'failed', failure: failure({ expected: '$.a < 1', actual: '2', seq: 1 }) }),
          result('lost', {
            status: 'error',
            failure: failure({ cause: 'connection', code: 'tcp.refused', message: 'Refused.' }),
          }),
          result('left', { status: 'skipped' }),
        ],
        { problems: [problem] },
      ),
    );
    expect(text).toBe(
      [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<testsuites name="duplex" tests="5" failures="1" errors="2" skipped="1" time="1.234" timestamp="2026-01-02T03:04:05">',
        '  <testsuite name="a.ws" file="a.ws" tests="5" failures="1" errors="2" skipped="1" time="0.005" timestamp="2026-01-02T03:04:05">',
        '    <testcase name="a.ws" classname="a.ws" file="a.ws" line="3" time="0.000">',
        '      <error message="No." type="x.y">a.ws:3:1 error x.y No.</error>',
        '    </testcase>',
        '    <testcase name="good" classname="a.ws" file="a.ws" line="2" time="0.012"/>',
        '    <testcase name="bad" classname="a.ws" file="a.ws" line="2" time="0.012">',
        '      <failure message="It is not so." type="expect">a.ws:2:3 expect',
        'It is not so.',
        'expected  $.a &lt; 1',
        'got       2 (row 1)</failure>',
        '    </testcase>',
        '    <testcase name="lost" classname="a.ws" file="a.ws" line="2" time="0.012">',
        '      <error message="Refused." type="tcp.refused">a.ws:2:3 tcp.refused',
        'Refused.</error>',
        '    </testcase>',
        '    <testcase name="left" classname="a.ws" file="a.ws" line="2" time="0.012">',
        '      <skipped/>',
        '    </testcase>',
        '  </testsuite>',
        '</testsuites>',
        '',
      ].join('\n'),
    );
  });

  test('is valid for an empty run', () => {
    expect(XMLValidator.validate(junit())).toBe(true);
    expect(XMLValidator.validate(junit(fileReport('a.ws')))).toBe(true);
  });

  test('is valid XML and reads back the same, whatever names and messages hold', () => {
    const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '', trimValues: false });
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (hostile) => {
        const text = junit(
          fileReport(hostile, [
            result(hostile, { status: 'failed', failure: failure({ message: hostile, actual: hostile }) }),
          ]),
        );
        expect(XMLValidator.validate(text)).toBe(true);
        const { testsuites } = parser.parse(text) as {
          testsuites: { testsuite: { testcase: { name: string; failure: { message: string } } } };
        };
        const { name, failure: failed } = testsuites.testsuite.testcase;
        expect(name).toBe(xmlLine(hostile));
        expect(failed.message).toBe(xmlLine(hostile));
      }),
    );
  });
});

describe('xmlText', () => {
  test.each([
    ['plain ✓ 😀', 'plain ✓ 😀'],
    ['a\u0000b\u001b', 'a␀b␛'],
    ['\ufffe\uffff', '\ufffd\ufffd'],
    ['\ud83d x \ude00', '\ufffd x \ufffd'],
    ['one\ntwo', 'one\ntwo'],
  ])('escapes %j as %j', (text, expected) => {
    expect(xmlText(text)).toBe(expected);
  });

  test('writes one line in xmlLine', () => {
    expect(xmlLine('one\ntwo')).toBe('one↵two');
  });
});
