import { describe, expect, test } from 'vitest';
import { connectUrl, withRemedy } from '../../../src/cli/didYouMean.ts';

describe('an option of another tool', () => {
  test.each([
    ['-k', '--insecure'],
    ['--origin', "--header 'Origin:"],
    ['--auth', "--header 'Authorization: Basic user password'"],
    ['-c', 'duplex connect <url>'],
    ['-x', '--send TEXT to send a message, --proxy URL for a proxy'],
    ['-n', '--insecure'],
    ['-w', '--wait 2s'],
    ['-b', "--header 'Cookie:"],
    ['--cacert', '--ca FILE'],
    ['-kv', '--insecure'],
  ])('%s points to %s', (option, remedy) => {
    const message = withRemedy(`error: unknown option '${option}'\n`);
    expect(message).toContain(`'${option}': write `);
    expect(message).toContain(remedy);
  });

  test('any other keeps the message of commander', () => {
    const message = "error: unknown option '--jsn'\n(Did you mean --json?)\n";
    expect(withRemedy(message)).toBe(message);
  });
});

test.each([
  ['ws://localhost:8080/', 'duplex connect ws://localhost:8080/?'],
  ['localhost:8080/ws', 'duplex connect ws://localhost:8080/ws?'],
  ['wss://me:hunter2@h/?token=abcdef123456', 'duplex connect wss://h/?token=••••?'],
  ['tests/chat.ws', 'duplex run tests/chat.ws?'],
])('%s in the place of a command: %s', (command, meant) => {
  expect(withRemedy(`error: unknown command '${command}'\n`)).toBe(
    `error: unknown command: did you mean ${meant}\n`,
  );
});

describe('a URL', () => {
  test.each(['ws://localhost:8080/', 'WSS://h', 'ws+unix:/run/app.sock:/p', '', 'nonsense of many words'])(
    '%s is left as it is',
    (url) => {
      expect(connectUrl(url)).toBe(url);
    },
  );

  test.each([
    ['localhost:8080/ws', 'ws://localhost:8080/ws'],
    ['localhost', 'ws://localhost'],
    ['[::1]:8080', 'ws://[::1]:8080'],
    ['127.0.0.1:9000?x=1', 'ws://127.0.0.1:9000?x=1'],
    ['//h/path', 'ws://h/path'],
    ['http://h/ws', 'ws://h/ws'],
    ['https://h/ws', 'wss://h/ws'],
    ['ws:/h/ws', 'ws://h/ws'],
    ['ws:h:8080/ws', 'ws://h:8080/ws'],
    ['wss//h/ws', 'wss://h/ws'],
    ['"ws://h/ws"', 'ws://h/ws'],
    ["'ws://h/ws'", 'ws://h/ws'],
    ['“wss://h”', 'wss://h'],
    ['<ws://h>', 'ws://h'],
    ['"localhost:8080"', 'ws://localhost:8080'],
    ['https://me:hunter2@h/?token=abcdef123456', 'wss://h/?token=••••'],
  ])('%s: did you mean %s', (url, meant) => {
    expect(() => connectUrl(url)).toThrow(`did you mean ${meant}?`);
  });
});
