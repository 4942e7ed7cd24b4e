import { indentation } from './lines.ts';

// JetBrains: its reference of the HTTP request syntax. httpYac: the line patterns of its parsers in 6.16.

const HTTPYAC_REQUEST =
  /^(?:WS|WSS|WEBSOCKET|SSE|EVENTSOURCE|MQTT|AMQP|GRPC|GRAPHQL|GET|POST|PUT|DELETE|PATCH|HEAD|OPTIONS|CONNECT|TRACE)\s+\S/;

/** How another client treats a payload line that is sent here as it stands; undefined if it sends the line too. */
export function portabilityHint(text: string): string | undefined {
  const start = indentation(text);
  const content = text.slice(start).trimEnd();
  const first = content[0];
  if (content.includes('===') && /={3}\s*(?:wait-for-server)?$/.test(content.slice(-24)))
    return 'httpYac takes this line for a separator; it is sent as text here.';
  if (first === '@' && content.length > 1)
    return 'httpYac takes this line for a variable; it is sent as text here.';
  if (HTTPYAC_REQUEST.test(content.slice(0, 24)))
    return 'httpYac starts another request at this line; it is sent as text here.';
  if (/^(?:>>!?|<>|>)\s+\S/.test(content.slice(0, 24)))
    return 'JetBrains and httpYac handle the response by this line; it is sent as text here.';
  if (first === '<' && start > 0 && /^<@?\s/.test(content))
    return 'httpYac reads a file only where the line starts with <: remove the blanks before it.';
  return undefined;
}
