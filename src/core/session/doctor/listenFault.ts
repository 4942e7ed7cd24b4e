import { DuplexError } from '../../../shared/errors.ts';

/**
 * Explains why a server cannot listen at an address.
 * @param error the error of the operating system, with its code
 * @returns DuplexError `call.invalid`
 */
export function listenFault(
  error: Error & { readonly code?: string },
  { host, port }: { readonly host: string; readonly port: number },
): DuplexError {
  const sentences: Readonly<Record<string, string>> = {
    EADDRINUSE: `Port ${port} is in use; pick another one, or 0 for any that is free.`,
    EACCES: `Port ${port} needs rights that this process does not have; pick one above 1023, or 0 for any that is free.`,
    EADDRNOTAVAIL: `${host} is not an address of this machine; use 127.0.0.1 or one that is.`,
    ENOTFOUND: `The host name ${host} was not found; use 127.0.0.1 or an address of this machine.`,
  };
  const sentence = sentences[error.code ?? ''] ?? `Cannot listen on ${host}: ${error.message}.`;
  return new DuplexError('call.invalid', sentence, { cause: error });
}
