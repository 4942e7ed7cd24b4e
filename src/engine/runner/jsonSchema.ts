import type { Ajv, AnySchema, ErrorObject, Options } from 'ajv';
import type { SchemaCheck } from '../../core/request/condition/compileCondition.ts';
import { DuplexError } from '../../shared/errors.ts';
import { bounded } from './bounded.ts';

const OPTIONS: Options = { allErrors: true, strict: false, validateFormats: true };

/** Maximum violations reported for one value. */
const MAX_TOLD = 10;

/**
 * Compiles a JSON Schema: draft 2020-12 or 2019-09 if its `$schema` names it, otherwise draft 7. It may refer
 * only to itself, because nothing is fetched. The library is loaded on first use.
 * @throws DuplexError `file.invalid` with the reason why it is not a schema
 */
export async function compileJsonSchema(text: string, path: string): Promise<SchemaCheck> {
  const schema = parse(text, path);
  const ajv = await createAjv(schema);
  let validate: ReturnType<typeof ajv.compile>;
  try {
    validate = bounded(() => ajv.compile(schema));
  } catch (cause) {
    throw invalid(path, reasonOf(cause), cause);
  }
  // For such a schema Ajv returns a promise, which is neither true nor a list of errors.
  if ('$async' in validate)
    throw invalid(path, 'it contains $async, which is not supported: remove $async', undefined);
  return (value) => {
    if (validate(value) === true) return [];
    const errors = validate.errors ?? [];
    return errors
      .slice(0, MAX_TOLD)
      .map(({ instancePath, message = 'is not valid' }) => `$${instancePath} ${message}`);
  };
}

/** A reason why a value does not match a schema. */
export interface Violation {
  /** JSON Pointer (RFC 6901) of the value, or of the member that is not allowed. */
  readonly at: string;
  readonly keyword: string;
  /** The violated rule; follows the place in a sentence. */
  readonly message: string;
}

/** Compiles a schema of Duplex itself: draft 7. */
export async function compileSchema(schema: AnySchema): Promise<(value: unknown) => readonly Violation[]> {
  const validate = (await createAjv(schema)).compile(schema);
  return (value) => (validate(value) === true ? [] : (validate.errors ?? []).map(violationOf));
}

function violationOf({ instancePath, keyword, message = 'is not valid', params }: ErrorObject): Violation {
  const { additionalProperty, missingProperty, allowedValues, type } = params as {
    additionalProperty?: string;
    missingProperty?: string;
    allowedValues?: readonly unknown[];
    type?: string | readonly string[];
  };
  if (additionalProperty !== undefined) {
    const name = additionalProperty.replaceAll('~', '~0').replaceAll('/', '~1');
    return { at: `${instancePath}/${name}`, keyword, message: 'is not a member here: correct or remove it' };
  }
  const missing = missingProperty && `needs the member “${missingProperty}”: add it`;
  const listed = allowedValues && `must be one of ${allowedValues.join(', ')}`;
  const typed = type && `must be of the type ${typeof type === 'string' ? type : type.join(' or ')}`;
  return { at: instancePath, keyword, message: missing ?? listed ?? typed ?? message };
}

function parse(text: string, path: string): AnySchema {
  let schema: unknown;
  try {
    schema = JSON.parse(text);
  } catch (cause) {
    throw invalid(path, (cause as Error).message, cause);
  }
  const isSchema =
    typeof schema === 'boolean' || (typeof schema === 'object' && schema !== null && !Array.isArray(schema));
  if (!isSchema) throw invalid(path, 'it is neither an object nor true or false', undefined);
  return schema as AnySchema;
}

async function createAjv(schema: AnySchema): Promise<Ajv> {
  const { Ajv, Ajv2019, Ajv2020, addFormats } = await import('./ajv.ts');
  const dialect = typeof schema === 'object' ? (schema as { $schema?: unknown }).$schema : undefined;
  const speaks = (draft: string): boolean => typeof dialect === 'string' && dialect.includes(draft);
  const Dialect = speaks('2020-12') ? Ajv2020 : speaks('2019-09') ? Ajv2019 : Ajv;
  return addFormats(new Dialect(OPTIONS));
}

function reasonOf(cause: unknown): string {
  if (cause instanceof RangeError) return 'it nests too deeply';
  if (cause instanceof DuplexError) return 'compiling it takes too long';
  return (cause as Error).message;
}

function invalid(path: string, reason: string, cause: unknown): DuplexError {
  return new DuplexError('file.invalid', `The file ${path} is not a JSON Schema: ${reason}.`, { cause });
}
