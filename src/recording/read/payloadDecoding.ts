import type { ProtobufType } from '../../core/codec/protobuf/protobufSchema.ts';
import { Decoding } from '../../core/protocol/decode/decoding.ts';
import type { Role } from '../../core/protocol/protocolModule.ts';
import { parseDecodeRule } from '../../core/text/decodeRule.ts';
import { toDuplexError } from '../../shared/errors.ts';
import type { CompileSchema } from '../../shared/schemaProtocol.ts';
import { inflate, streamInflate } from './inflate.ts';
import { openProtobufType } from './schemaFiles.ts';

/**
 * Prepares decoding by the rules of the option `decode`. A schema that cannot be used does not stop the others: what it
 * should decode has its problem. Rules that are not valid are left out; they were reported where they were given.
 * @param rules with absolute paths
 * @param own the side that the messages were recorded on
 */
export async function createDecoding(
  compile: CompileSchema,
  rules: readonly string[] = [],
  own: Role = 'client',
): Promise<Decoding | undefined> {
  const parsed = rules.flatMap((text) => {
    const rule = parseDecodeRule(text);
    return 'problem' in rule ? [] : [rule];
  });
  if (parsed.length === 0) return undefined;
  const types = new Map<string, ProtobufType | { readonly problem: string }>();
  for (const { text, message, file } of parsed) {
    if (message === undefined || file === undefined) continue;
    types.set(
      text,
      await compile(file, message).then(openProtobufType, (error: unknown) => ({
        problem: toDuplexError(error).message,
      })),
    );
  }
  return new Decoding(parsed, { inflate, stream: streamInflate, types }, own);
}

/**
 * Prepares undoing the rules `zlib-stream` alone, which need no files.
 * @returns undefined if there is none
 */
export function createStreamDecoding(rules: readonly string[], own: Role = 'client'): Decoding | undefined {
  const streamed = rules.flatMap((text) => {
    const rule = parseDecodeRule(text);
    return 'problem' in rule || rule.format !== 'zlib-stream' ? [] : [rule];
  });
  if (streamed.length === 0) return undefined;
  return new Decoding(streamed, { inflate, stream: streamInflate, types: new Map() }, own);
}
