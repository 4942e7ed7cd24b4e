import { describe, expect, test } from 'vitest';
import { testEngine } from '../../support/engine.ts';
import { runText } from '../../support/runs.ts';
import { onText, scriptedServer } from '../../support/scriptedServer.ts';

describe('a request', () => {
  test('sends its steps in order, waits, expects and captures, and closes with 1000', async () => {
    const { engine } = await testEngine();
    const seen: string[] = [];
    const url = await scriptedServer((socket) => {
      onText(socket, (text) => {
        seen.push(text);
        const { op, id } = JSON.parse(text) as { op: string; id?: string };
        if (op === 'subscribe') {
          socket.send('{"type":"noise"}');
          socket.send('{"type":"subscribed","channel":"BTC","id":12345678901234567890}');
        } else socket.send(`{"type":"unsubscribed","id":${id}}`);
      });
      socket.on('close', (code) => seen.push(`close ${code}`));
    });
    const [result] = await runText(
      engine,
      `### Ticks
WEBSOCKET ${url}

{"op": "subscribe"}
=== wait-for-server
# @where $.type == "subscribed"
# @within 2s
# @expect $.channel == "BTC"
# @expect $.id != 12345678901234567891
# @capture id = $.id
# @label Unsubscribe
{"op": "unsubscribe", "id": "{{id}}"}
=== wait-for-server
# @expect $.type == "noise"
=== wait-for-server
# @expect $.id == {{id}}
# @expect latency < 5s
`,
    );
    expect(result).toMatchObject({ name: 'Ticks', status: 'passed', failure: undefined });
    expect(seen).toEqual([
      '{"op": "subscribe"}',
      '{"op": "unsubscribe", "id": "12345678901234567890"}',
      'close 1000',
    ]);
    const [first, second, third, fourth] = result!.steps;
    expect(first).toMatchObject({ label: 'send {"op": "subscribe"}', status: 'passed', received: undefined });
    expect(second).toMatchObject({
      label: 'Unsubscribe',
      captures: [{ name: 'id', value: '12345678901234567890' }],
      received: 3,
      sent: 4,
    });
    expect(third!.received).toBe(2);
    expect(fourth!.latency).toBeGreaterThan(0);
  });
});
