import { FLAG } from '../../shared/timeline.ts';
import type { Row } from '../../shared/timeline.ts';

/** Names that Windows keeps for devices, whatever follows a dot. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/**
 * A file name for one message: of the session's name only what is a plain name on every system, so that it
 * cannot lead out of the folder that the user chooses.
 */
export function proposedFileName(sessionName: string, row: Row): string {
  return `${plainName(sessionName)}-${row.seq}.${extension(row)}`;
}

/** Of a session's name only what is a plain name on every system, without an extension. */
export function plainName(sessionName: string): string {
  const plain = sessionName
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/\.{2,}/g, '.')
    .replace(/^[.-]+|[.-]+$/g, '')
    .slice(0, 60);
  return plain === '' || DEVICE.test(plain) ? 'session' : plain;
}

function extension(row: Row): 'json' | 'txt' | 'bin' {
  switch (row.kind) {
    case 'open':
    case 'close':
    case 'error':
    case 'note':
      return 'json';
    case 'text':
      if (row.flags & FLAG.invalidUtf8) return 'bin';
      return /^\s*[[{]/.test(row.preview) ? 'json' : 'txt';
    case 'binary':
    case 'ping':
    case 'pong':
      return 'bin';
  }
}
