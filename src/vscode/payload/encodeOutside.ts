import type { OutsideEncoding } from '../../core/request/plan/encodeBody.ts';
import { compress, protobufType } from '../../engine/runner/encode.ts';
import { DuplexError } from '../../shared/errors.ts';

/**
 * Compresses a payload, or writes its JSON by a schema.
 * @param pathOf makes the path of a schema absolute
 * @throws DuplexError `file.invalid` for a schema that cannot be used and JSON that does not fit it, `disk.denied`
 */
export async function encodeOutside(
  data: Uint8Array,
  outside: OutsideEncoding,
  pathOf: (path: string) => string,
): Promise<Uint8Array> {
  if (outside.format !== 'protobuf') return compress(outside.format, data);
  const type = await protobufType(pathOf(outside.file), outside.message);
  const written = type.write(new TextDecoder().decode(data));
  if ('problem' in written) throw new DuplexError('file.invalid', written.problem);
  return written;
}
