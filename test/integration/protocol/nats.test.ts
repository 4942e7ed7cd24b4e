import { describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { testEngine } from '../../support/engine.ts';
import { runText } from '../../support/runs.ts';
import { scriptedServer } from '../../support/scriptedServer.ts';

/** The part of a NATS server that the steps need, by its protocol's document; text is split as it pleases. */
function natsServer(): Promise<string> {
  const subscribers = new Map<WebSocket, Map<string, string>>();
  return scriptedServer((socket) => {
    const subjects = new Map<string, string>();
    subscribers.set(socket, subjects);
    // Binary as nats-server sends it, one line over two messages.
    const tell = (text: string): void => {
      const data = Buffer.from(text);
      socket.send(data.subarray(0, 5));
      socket.send(data.subarray(5));
    };
    tell('INFO {"server_id":"T","version":"2.10.0","proto":1,"headers":true,"max_payload":1048576}\r\n');
    let held = Buffer.alloc(0);
    socket.on('message', (data) => {
      held = Buffer.concat([held, data as Buffer]);
      for (let end = held.indexOf('\r\n'); end !== -1; end = held.indexOf('\r\n')) {
        const [operation = '', ...words] = held.subarray(0, end).toString().split(' ');
        const isSized = operation === 'PUB' || operation === 'HPUB';
        const size = isSized ? Number(words.at(-1)) + 2 : 0;
        if (held.length < end + 2 + size) return;
        const payload = held.subarray(end + 2, end + 2 + size);
        held = held.subarray(end + 2 + size);
        if (operation === 'PING') tell('PONG\r\nPING\r\n');
        if (operation === 'SUB') subjects.set(words[0]!, words.at(-1)!);
        if (operation === 'UNSUB')
          for (const [subject, id] of subjects) if (id === words[0]) subjects.delete(subject);
        if (!isSized) continue;
        const [subject = ''] = words;
        const rest = words.slice(1).join(' ');
        const found = [...subjects].filter(
          ([pattern]) => pattern === subject || pattern === subject.replace(/[^.]+$/, '*'),
        );
        for (const [, id] of found)
          tell(`${operation === 'PUB' ? 'MSG' : 'HMSG'} ${subject} ${id} ${rest}\r\n${payload.toString()}`);
        if (found.length === 0 && words.length > 2 && operation === 'PUB')
          tell(`HMSG ${words[1]} ${subjects.get('inbox.*') ?? '1'} 16 16\r\nNATS/1.0 503\r\n\r\n\r\n`);
      }
    });
  });
}

describe('steps that speak NATS', () => {
  it('connect, publish, subscribe and ask, with headers', async () => {
    const { engine } = await testEngine();
    const url = await natsServer();
    const [result] = await runText(
      engine,
      `# @protocol nats
WEBSOCKET ${url}

# @subscribe orders.*
===
# @publish orders.new
# @header Trace-Id: 7
{"id": 7}
=== wait-for-server
# @where subject == "orders.new"
# @within 5s
# @expect payload.id == 7
# @expect message-header trace-id == "7"
===
# @subscribe inbox.*
===
# @publish nobody inbox.1
=== wait-for-server
# @reply
# @within 5s
# @expect type == "error"
# @expect error == "503 No Responders"
===
# @unsubscribe orders.*
===
# @publish orders.new
{"id": 8}
=== wait-for-server
# @where subject == "orders.new"
# @within 300ms
# @none
`.replaceAll('subject ==', 'topic =='),
    );
    expect(result?.failure).toBeUndefined();
    expect(result).toMatchObject({ status: 'passed' });
  });
});
