/** Close codes that an application may send (RFC 6455, section 7.4.1, and IANA's registry). */
export const CLOSE_CODES: ReadonlyMap<string, string> = new Map([
  ['1000', 'Normal closure'],
  ['1001', 'Going away'],
  ['1002', 'Protocol error'],
  ['1003', 'Unsupported data'],
  ['1007', 'Invalid payload data'],
  ['1008', 'Policy violation'],
  ['1009', 'Message too big'],
  ['1010', 'Mandatory extension'],
  ['1011', 'Internal error'],
  ['1012', 'Service restart'],
  ['1013', 'Try again later'],
  ['1014', 'Bad gateway'],
  ['3000', 'Unauthorized'],
  ['3003', 'Forbidden'],
]);
