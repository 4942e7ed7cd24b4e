import type { ByteRange } from '../../../shared/units.ts';
import type { DecodedPayload } from '../unit.ts';
import { isProblem, readJson } from './jsonText.ts';

const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

/** The body of a message. Its form is detected lazily, because an index never needs it. */
class BodyPayload implements DecodedPayload {
  #form: DecodedPayload['form'] | undefined;

  constructor(
    private readonly bytes: Uint8Array,
    readonly range: ByteRange,
    private readonly contentType: string | undefined,
  ) {}

  get form(): DecodedPayload['form'] {
    return (this.#form ??= bodyForm(this.read(), this.contentType));
  }

  read(): Uint8Array {
    return this.bytes.subarray(this.range.start, this.range.end);
  }
}

/**
 * A body whose form follows from its bytes and its content type: JSON, text or bytes.
 * @returns undefined for an empty one
 */
export function bodyPayload(
  bytes: Uint8Array,
  range: ByteRange,
  contentType?: string,
): DecodedPayload | undefined {
  return range.start === range.end ? undefined : new BodyPayload(bytes, range, contentType);
}

/** Without a JSON content type, only arrays and objects count as JSON: `5` and `true` are also texts. */
function bodyForm(body: Uint8Array, contentType: string | undefined): DecodedPayload['form'] {
  const saysJson = contentType !== undefined && /[/+]json\b/i.test(contentType);
  const first = body[0];
  if (saysJson || first === OPEN_BRACE || first === OPEN_BRACKET) {
    if (!isProblem(readJson(body))) return 'json';
  }
  try {
    strictUtf8.decode(body);
    return 'text';
  } catch {
    // Not UTF-8: a fatal decoder throws for no other reason.
    return 'bytes';
  }
}
