import { describe, expect, it } from 'vitest';
import { npmFailure } from '../../../scripts/lib/npm.mjs';

/** The output of npm at log level `error`. */
const output = (code: string, path?: string) =>
  `npm error code ${code}\nnpm error syscall open\n${path ? `npm error path ${path}\n` : ''}npm error errno -13\n`;

describe('npmFailure', () => {
  it.each([
    ['ECONNREFUSED', 'check the network and npm\'s settings "registry" and "proxy"'],
    ['ENOTFOUND', 'check the network'],
    ['EAI_AGAIN', 'check the network'],
    ['FETCH_ERROR', 'check the network'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'let npm\'s setting "cafile" name'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'let npm\'s setting "cafile" name'],
    ['E404', 'does not have the thing'],
    ['ETARGET', 'does not have the thing'],
    ['ENOSPC', 'the disk is full: make room'],
    ['EUSAGE', 'run "npm install"'],
  ])('says in one sentence what to do about %s', (code, remedy) => {
    const sentence = npmFailure('the thing', output(code));
    expect(sentence).toContain(remedy);
    expect(sentence).toMatch(/^[^\n]+, then run this again\.$/);
  });

  it('names the folder that npm may not write to', () => {
    expect(npmFailure('the thing', output('EACCES', '/home/ada/.npm/_cacache'))).toBe(
      'npm may not write to /home/ada/.npm/_cacache (EACCES): give that folder to your user, then run this again.',
    );
  });

  it('points to what npm printed where it gave no code', () => {
    expect(npmFailure('the thing', 'Segmentation fault')).toContain('see above');
  });
});
