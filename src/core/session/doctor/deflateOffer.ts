import type { ConnectOptions } from '../../../shared/session.ts';

/** The offer of permessage-deflate as a Sec-WebSocket-Extensions header has it (RFC 7692, section 7.1); empty for none. */
export function deflateOffer({ deflate, deflateParameters }: ConnectOptions): string {
  if (!deflate) return '';
  const { serverNoContextTakeover, clientNoContextTakeover, serverMaxWindowBits, clientMaxWindowBits } =
    deflateParameters;
  const parameters = [
    serverNoContextTakeover === true && 'server_no_context_takeover',
    clientNoContextTakeover === true && 'client_no_context_takeover',
    serverMaxWindowBits !== undefined && `server_max_window_bits=${serverMaxWindowBits}`,
    clientMaxWindowBits === undefined
      ? 'client_max_window_bits'
      : `client_max_window_bits=${clientMaxWindowBits}`,
  ];
  return ['permessage-deflate', ...parameters.filter((parameter) => parameter !== false)].join('; ');
}
