import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatRequestFile } from '../../../../../src/core/request/print/formatRequestFile.ts';
import { analyzeRequestFile } from '../../../../../src/core/request/plan/analyzeRequestFile.ts';
import { printRequestFile } from '../support/printRequestFile.ts';
import { meaning } from '../../../../../src/core/request/syntax/equalRequestFiles.ts';
import { files, mutated } from '../support/mutated.ts';

describe('a formatted file', () => {
  test('has one blank between words, and empty lines between blocks', () => {
    const untidy = `


  # a comment  
@host=localhost:8080
  @user   =  Ada Lovelace  


###Ticks
  //@name=ticks
#   @timeout    2s
  WEBSOCKET     ws://{{host}}/a   HTTP/1.1
?rate=10
      &x=y
  Origin :http://a.test
X-Empty:


{"op": "subscribe"}
===  


===   wait-for-server
#@where    $.a   not   ==   "b  c"
#@capture   id=$['x  y']
#@label = = odd


< ./file
####### Second
WS ws://h
`;
    expect(formatRequestFile(untidy)).toBe(`# a comment
@host = localhost:8080
@user = Ada Lovelace


### Ticks
// @name ticks
# @timeout 2s
WEBSOCKET ws://{{host}}/a HTTP/1.1
  ?rate=10
  &x=y
Origin: http://a.test
X-Empty:

{"op": "subscribe"}
===
=== wait-for-server
# @where $.a not == "b  c"
# @capture id = $['x  y']
# @label = = odd
< ./file
### Second
WS ws://h
`);
  });

  test('keeps payloads, scripts and the comments in them, character by character', () => {
    const payload = '  {\t"a" :1}  \n\n\n   # not sent  \n\\# sent   \n > {% x   %}\n  end';
    const text = `WEBSOCKET ws://h\n\n${payload}\n===\n> {%\n\n\n   code  \n%}\nx  \n`;
    expect(formatRequestFile(text)).toBe(text);
  });

  test('keeps its line ends and its byte order mark', () => {
    expect(formatRequestFile('\uFEFF@a=1\r\nWEBSOCKET  ws://h\r\n\r\n\r\na\r\n\r\nb\r\n')).toBe(
      '\uFEFF@a = 1\r\nWEBSOCKET ws://h\r\n\r\na\r\n\r\nb\r\n',
    );
  });

  test('leaves the requests of other protocols alone', () => {
    const text = `###   One\nGET   http://h\n  Accept:x\n\n\n\n{ }\n\n\n`;
    expect(formatRequestFile(`${text}###   Two\nWEBSOCKET   ws://h\n`, 'http')).toBe(
      `${text.trimEnd()}\n\n\n### Two\nWEBSOCKET ws://h\n`,
    );
  });

  test('keeps its meaning, and does not change when it is formatted again', () => {
    fc.assert(
      fc.property(mutated, ({ text, kind }) => {
        const formatted = formatRequestFile(text, kind);
        expect(meaning(analyzeRequestFile(formatted, kind))).toEqual(meaning(analyzeRequestFile(text, kind)));
        expect(formatRequestFile(formatted, kind)).toBe(formatted);
      }),
      { numRuns: 500 },
    );
  });

  test.each(files.map((text, index) => [index, text]))('formats case %i', (_, text) => {
    const formatted = formatRequestFile(text);
    expect(formatRequestFile(formatted)).toBe(formatted);
  });
});

describe('a printed tree', () => {
  test('parses to the same tree', () => {
    fc.assert(
      fc.property(mutated, ({ text }) => {
        const file = analyzeRequestFile(text);
        fc.pre(file.diagnostics.every(({ severity }) => severity !== 'error'));
        expect(meaning(analyzeRequestFile(printRequestFile(file)))).toEqual(meaning(file));
      }),
      { numRuns: 300 },
    );
  });

  test('parses to the same tree for each valid file of the conformance suite', () => {
    const readable = files
      .map((text) => analyzeRequestFile(text))
      .filter(({ diagnostics }) => diagnostics.every(({ severity }) => severity !== 'error'));
    expect(readable.length).toBeGreaterThan(8);
    for (const file of readable)
      expect(meaning(analyzeRequestFile(printRequestFile(file)))).toEqual(meaning(file));
  });
});
