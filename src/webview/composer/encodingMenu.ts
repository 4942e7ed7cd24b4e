import type { MenuItem } from '../parts/menu.ts';
import { t } from '../base/l10n.ts';

/** The value of the item that asks for a message type and its schema. */
export const ASK_SCHEMA = 'protobuf';

const NAMES: ReadonlyMap<string, string> = new Map([
  ['msgpack', 'MessagePack'],
  ['cbor', 'CBOR'],
  [ASK_SCHEMA, 'Protobuf'],
  ['gzip', 'gzip'],
  ['zlib', 'zlib'],
  ['deflate', 'deflate'],
  ['brotli', 'Brotli'],
]);

/** The menu of the formats in which a draft is encoded: the text and the name of its button, and its items. */
export function encodingMenu(encode: string | undefined): { text: string; label: string; items: MenuItem[] } {
  const [name = '', message] = encode?.split(' ') ?? [];
  const title = [NAMES.get(name) ?? name, message].filter(Boolean).join(' ');
  return {
    text: encode === undefined ? t('Encode') : title,
    label: encode === undefined ? t('Encode as bytes') : t('Encoded as {0}', title),
    items: [
      { value: '', text: t('Send as Text'), isChecked: encode === undefined },
      ...[...NAMES].map(([value, text], index) => ({
        value,
        text: value === ASK_SCHEMA ? t('Protobuf…') : text,
        isChecked: value === name,
        beginsGroup: index === 0,
      })),
    ],
  };
}
