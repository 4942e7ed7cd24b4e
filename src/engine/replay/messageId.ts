/** A text around the id by which a call and its reply belong together. */
export interface IdentifiedText {
  readonly before: string;
  /** As it is written: a string with its quotation marks. */
  readonly id: string;
  readonly after: string;
}

/** Socket.IO: an event or an acknowledgement, plain or binary, with the id before its arguments. */
const SOCKET_IO = /^(4[2356](?:\d+-)?(?:\/[^,]{0,200},)?)(\d{1,15})(\[.*)$/s;

/** A string or a number of JSON. */
const SCALAR = /^(?:"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*)/s;

/**
 * Finds the id of a message: the member `id` of a JSON object, as of JSON-RPC and graphql-transport-ws, or that of a Socket.IO packet.
 * Undefined if it has none.
 */
export function identified(text: string): IdentifiedText | undefined {
  const packet = SOCKET_IO.exec(text);
  if (packet) return { before: packet[1]!, id: packet[2]!, after: packet[3]! };
  if (!/^\s*\{/.test(text)) return undefined;
  const at = memberValue(text);
  const id = at === undefined ? undefined : SCALAR.exec(text.slice(at, at + 500))?.[0];
  return id === undefined ? undefined : { before: text.slice(0, at), id, after: text.slice(at! + id.length) };
}

/** Where the value of the outermost member `id` starts. */
function memberValue(text: string): number | undefined {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') depth--;
    else if (character === '"') {
      const start = at;
      for (at++; at < text.length && text[at] !== '"'; at++) if (text[at] === '\\') at++;
      if (depth !== 1 || text.slice(start, at + 1) !== '"id"') continue;
      const colon = /^\s*:\s*/.exec(text.slice(at + 1, at + 100));
      if (colon) return at + 1 + colon[0].length;
    }
  }
  return undefined;
}
