import type { ProtobufType } from '../../core/codec/protobuf/protobufSchema.ts';
import { Decoding } from '../../core/protocol/decode/decoding.ts';
import type { Role } from '../../core/protocol/protocolModule.ts';
import { parseDecodeRule } from '../../core/text/decodeRule.ts';
import { toDuplexError } from '../../shared/errors.ts';
import type { CompileSchema } from '../../shared/schemaProtocol.ts';
import { inflate, streamInflate } from './inflate.ts';
import { openProtobufType } from './schemaFiles.ts';

/**
 * Prepares decoding by the rules of the option `decode`. A schema that cannot be used does not affect the others: the
 * messages that it should decode show its problem. Invalid rules are left out, because they were reported when they
 * were set.
 * @param rules rules with absolute paths
 * @param own the role of the side that recorded the messages
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
 * Prepares decoding by the rules `zlib-stream` only, which need no files.
 * @returns undefined if there is no such rule
 */
export function createStreamDecoding(rules: readonly string[], own: Role = 'client'): Decoding | undefined {
  const streamed = rules.flatMap((text) => {
    const rule = parseDecodeRule(text);
    return 'problem' in rule || rule.format !== 'zlib-stream' ? [] : [rule];
  });
  if (streamed.length === 0) return undefined;
  return new Decoding(streamed, { inflate, stream: streamInflate, types: new Map() }, own);
}
