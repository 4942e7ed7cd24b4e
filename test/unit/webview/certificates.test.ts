import { expect, it } from 'vitest';
import { certificateFacts } from '../../../src/webview/parts/certificates.ts';

const CERTIFICATE = {
  subject: 'CN=host.test',
  issuer: 'CN=Root',
  altNames: 'DNS:host.test',
  validFrom: '2026-01-01T00:00:00Z',
  validTo: '2027-01-01T00:00:00Z',
  fingerprint: 'AB:CD',
  serialNumber: '01',
  pem: '-----BEGIN CERTIFICATE-----',
};

it('shows all fields of a certificate, but not its bytes', () => {
  expect(certificateFacts(CERTIFICATE)).toEqual([
    ['Subject', 'CN=host.test'],
    ['Issuer', 'CN=Root'],
    ['Names', 'DNS:host.test'],
    ['Valid', '2026-01-01T00:00:00Z to 2027-01-01T00:00:00Z'],
    ['SHA-256 fingerprint', 'AB:CD'],
    ['Serial number', '01'],
  ]);
});

it('leaves out missing fields', () => {
  const names = certificateFacts({ ...CERTIFICATE, altNames: '' }).map(([name]) => name);
  expect(names).not.toContain('Names');
});
