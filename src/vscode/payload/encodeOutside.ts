import type { OutsideEncoding } from '../../core/request/plan/encodeBody.ts';
import { compress } from '../../engine/runner/encode.ts';
import type { ProtobufTypes } from '../../engine/schemas.ts';
import { DuplexError } from '../../shared/errors.ts';
import { requireTrust } from '../trust.ts';

/**
 * Compresses a payload, or encodes its JSON by a schema.
 * @param pathOf makes the path of a schema absolute
 * @throws DuplexError `call.invalid` in Restricted Mode, `file.invalid` for an unusable schema or JSON that does not
 * fit it, `disk.denied`
 */
export async function encodeOutside(
  data: Uint8Array,
  outside: OutsideEncoding,
  pathOf: (path: string) => string,
  types: ProtobufTypes,
): Promise<Uint8Array> {
  if (outside.format !== 'protobuf') return compress(outside.format, data);
  requireTrust('read');
  const type = await types.type(pathOf(outside.file), outside.message);
  const written = type.write(new TextDecoder().decode(data));
  if ('problem' in written) throw new DuplexError('file.invalid', written.problem);
  return written;
}
