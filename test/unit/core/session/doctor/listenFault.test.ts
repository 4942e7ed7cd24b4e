import { expect, test } from 'vitest';
import { listenFault } from '../../../../../src/core/session/doctor/listenFault.ts';

const where = { host: 'example.test', port: 80 };
const failure = (code: string): Error => Object.assign(new Error(`listen ${code}`), { code });

test.each([
  ['EADDRINUSE', 'Port 80 is in use; pick another one, or 0 for any that is free.'],
  [
    'EACCES',
    'Port 80 needs rights that this process does not have; pick one above 1023, or 0 for any that is free.',
  ],
  ['EADDRNOTAVAIL', 'example.test is not an address of this machine; use 127.0.0.1 or one that is.'],
  ['ENOTFOUND', 'The host name example.test was not found; use 127.0.0.1 or an address of this machine.'],
  ['EMFILE', 'Cannot listen on example.test: listen EMFILE.'],
])('says for %s why a server cannot listen', (code, message) => {
  const cause = failure(code);
  expect(listenFault(cause, where)).toMatchObject({ code: 'call.invalid', message, cause });
});
