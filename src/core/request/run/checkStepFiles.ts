import { fillTemplate } from '../condition/fillTemplate.ts';
import type { Range } from '../syntax/range.ts';
import type { Scope } from '../variables/scope.ts';
import type { Template } from '../syntax/template.ts';
import type { Request } from '../syntax/tree.ts';
import { schemaNamed } from '../plan/encodeBody.ts';
import type { ProtobufType } from '../../codec/protobuf/protobufSchema.ts';
import type { StepPorts } from './runPorts.ts';
import { runFailure, RunStop } from './runStop.ts';

/** A message type of a schema; each is read once. @throws DuplexError */
export type SchemaTypes = (message: string, path: string) => Promise<ProtobufType>;

/** @param uri of the request file; schemas are relative to it */
export function createSchemaTypes(ports: Pick<StepPorts, 'protobufType'>, uri: string): SchemaTypes {
  const types = new Map<string, Promise<ProtobufType>>();
  return (message, path) => {
    const key = `${message} ${path}`;
    const type = types.get(key) ?? ports.protobufType(message, path, uri);
    types.set(key, type);
    return type;
  };
}

/**
 * Checks, before anything connects, that the files that the steps name can be read and their schemas can be used. File
 * names that contain a capture are checked later.
 * @throws RunStop at the line that names the file
 */
export async function checkStepFiles(
  { steps }: Request,
  scope: Scope,
  ports: Pick<StepPorts, 'checkFile' | 'schema'>,
  uri: string,
  types: SchemaTypes,
): Promise<void> {
  const captured = new Set<string>();
  const pathOf = (template: Template): string | undefined => {
    const isKnown = template.parts.every((part) => typeof part === 'string' || !captured.has(part.name.text));
    const filled = isKnown ? fillTemplate(template, scope) : { problems: [] };
    return 'text' in filled ? filled.text.trim() : undefined;
  };
  const check = async (range: Range, work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (thrown) {
      throw new RunStop({ ...runFailure(thrown, range), cause: 'invalid' });
    }
  };
  const checked = new Set<string>();
  for (const { directives, payload } of steps) {
    for (const { condition } of directives) {
      if (condition?.operator.text !== 'schema' || !condition.value) continue;
      const path = pathOf(condition.value);
      if (path !== undefined && !checked.has(`schema ${path}`))
        await check(condition.value.range, () => ports.schema(path, uri));
      checked.add(`schema ${path}`);
    }
    const encode = directives.find(({ name }) => name.text === 'encode')?.argument;
    const schema = schemaNamed((encode && pathOf(encode)) ?? '');
    if (schema) await check(encode!.range, () => types(schema.message, schema.file));
    for (const { capture } of directives) if (capture) captured.add(capture.name.text);
    if (payload?.kind !== 'file') continue;
    const path = pathOf(payload.path);
    if (path !== undefined && !checked.has(path))
      await check(payload.range, () => ports.checkFile(path, uri));
    if (path !== undefined) checked.add(path);
  }
}
