import { describe, expect, it } from 'vitest';
import { decodeAll, decodeOne, payloadValue, text } from './support/conversation.ts';

const content = (unit: { payload?: { content: string } }) => unit.payload?.content;

describe('JSON-RPC 2.0', () => {
  // Examples of the specification, section 7.
  it('reads calls, replies, notifications and errors', () => {
    const { units, problems } = decodeAll('json-rpc', [
      text('client', '{"jsonrpc": "2.0", "method": "subtract", "params": [42, 23], "id": 1}'),
      text('server', '{"jsonrpc": "2.0", "result": 19, "id": 1}'),
      text('client', '{"jsonrpc": "2.0", "method": "update", "params": [1,2,3,4,5]}'),
      text(
        'server',
        '{"jsonrpc": "2.0", "error": {"code": -32601, "message": "Method not found"}, "id": "1"}',
      ),
    ]);
    expect(problems).toEqual([]);
    expect(units.map(({ type, name, id, replyTo, error }) => [type, name, id, replyTo, error])).toEqual([
      ['call', 'subtract', '1', undefined, undefined],
      ['reply', '', undefined, '1', undefined],
      ['event', 'update', undefined, undefined, undefined],
      ['error', '', undefined, '"1"', 'Method not found'],
    ]);
    expect(units[0]).toMatchObject({ summary: 'subtract [42, 23]', range: { start: 0, end: 69 } });
    expect(units[0]?.payload).toEqual({ form: 'json', content: '[42, 23]', range: { start: 51, end: 59 } });
  });

  it('makes a unit of each element of a batch, and a problem of each invalid one', () => {
    const batch =
      '[{"jsonrpc":"2.0","method":"sum","params":[1],"id":"1"}, 1, {"jsonrpc":"2.0","result":7,"id":"1"}]';
    const { units, problems } = decodeAll('json-rpc', [text('client', batch)]);
    expect(units.map(({ type, range }) => [type, batch.slice(range.start, range.end)])).toEqual([
      ['call', '{"jsonrpc":"2.0","method":"sum","params":[1],"id":"1"}'],
      ['reply', '{"jsonrpc":"2.0","result":7,"id":"1"}'],
    ]);
    expect(problems).toMatchObject([{ code: 'decode.envelope', at: 57 }]);
  });

  it('keeps numbers as they are written, ids beyond 2^53 apart', () => {
    const unit = decodeOne(
      'json-rpc',
      text('client', '{"jsonrpc":"2.0","method":"m","params":[1.0,1e3],"id":9007199254740993}'),
    );
    expect(unit.id).toBe('9007199254740993');
    expect(content(unit)).toBe('[1.0,1e3]');
    expect(decodeOne('json-rpc', text('server', '{"result":1,"id":1.0}')).replyTo).toBe('1');
  });

  it('joins subscriptions of Ethereum by their id', () => {
    const { units } = decodeAll('json-rpc', [
      text('client', '{"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["newHeads"]}'),
      text(
        'server',
        '{"jsonrpc":"2.0","method":"eth_subscription","params":{"subscription":"0x9c","result":{"number":"0x1"}}}',
      ),
      text('client', '{"jsonrpc":"2.0","id":2,"method":"eth_unsubscribe","params":["0x9c"]}'),
    ]);
    expect(units.map(({ type, stream }) => [type, stream])).toEqual([
      ['subscribe', undefined],
      ['event', '"0x9c"'],
      ['unsubscribe', '"0x9c"'],
    ]);
    expect(units[0]?.summary).toBe('eth_subscribe newHeads ["newHeads"]');
    expect(content(units[1]!)).toBe('{"number":"0x1"}');
  });
});

describe('Chrome DevTools Protocol', () => {
  it('reads commands of a session, their answers and events', () => {
    const { units } = decodeAll('cdp', [
      text('client', '{"id":5,"method":"Runtime.evaluate","params":{"expression":"1"},"sessionId":"A1"}'),
      text('server', '{"id":5,"error":{"code":-32000,"message":"No target"},"sessionId":"A1"}'),
      text('server', '{"method":"Page.loadEventFired","params":{"timestamp":1.50},"sessionId":"A1"}'),
    ]);
    expect(units.map(({ type, name, id, replyTo, error }) => [type, name, id ?? replyTo, error])).toEqual([
      ['call', 'Runtime.evaluate', '5', undefined],
      ['error', '', '5', 'No target'],
      ['event', 'Page.loadEventFired', undefined, undefined],
    ]);
    expect(content(units[2]!)).toBe('{"timestamp":1.50}');
  });
});

describe('OCPP-J', () => {
  it('reads the five messages', () => {
    const { units, problems } = decodeAll('ocpp', [
      text('client', '[2,"19223201","BootNotification",{"chargePointVendor":"V"}]'),
      text('server', '[3,"19223201",{"status":"Accepted"}]'),
      text('server', '[4,"162376037","NotSupported","SetDisplayMessageRequest not implemented",{}]'),
      text('client', '[5,"162376037","FormatViolation","bad",{"a":1}]'),
      text('client', '[6,"1","NotifyPeriodicEventStream",{"id":1}]'),
    ]);
    expect(problems).toEqual([]);
    expect(units.map(({ type, name, id, replyTo, error }) => [type, name, id ?? replyTo, error])).toEqual([
      ['call', 'BootNotification', '"19223201"', undefined],
      ['reply', '', '"19223201"', undefined],
      ['error', '', '"162376037"', 'NotSupported SetDisplayMessageRequest not implemented'],
      ['error', '', '"162376037"', 'FormatViolation bad'],
      ['event', 'NotifyPeriodicEventStream', undefined, undefined],
    ]);
  });

  it('says that another number is not a message', () => {
    const { problems } = decodeAll('ocpp', [text('client', '[9,"1"]')]);
    expect(problems).toEqual([
      { code: 'decode.envelope', message: 'This JSON is not a message of OCPP-J.', at: 0 },
    ]);
  });
});

describe('Action Cable', () => {
  it('looks into the JSON inside JSON', () => {
    const identifier = JSON.stringify(JSON.stringify({ channel: 'ChatChannel', room: 'lobby' }));
    const { units } = decodeAll('action-cable', [
      text('server', '{"type":"welcome"}'),
      text('client', `{"command":"subscribe","identifier":${identifier}}`),
      text('server', `{"identifier":${identifier},"type":"confirm_subscription"}`),
      text('server', '{"type":"ping","message":1457087042}'),
      text(
        'client',
        `{"command":"message","identifier":${identifier},"data":"{\\"action\\":\\"speak\\",\\"n\\":1.0}"}`,
      ),
      text('server', `{"identifier":${identifier},"message":{"body":"hi"}}`),
      text('server', '{"type":"disconnect","reason":"unauthorized","reconnect":false}'),
    ]);
    expect(units.map(({ type, name }) => [type, name])).toEqual([
      ['control', 'welcome'],
      ['subscribe', 'ChatChannel'],
      ['reply', 'ChatChannel'],
      ['control', 'ping'],
      ['event', 'speak'],
      ['event', 'ChatChannel'],
      ['control', 'disconnect'],
    ]);
    expect(units[2]?.replyTo).toBe(units[1]?.id);
    expect(units[3]?.heartbeat).toBe(true);
    expect(content(units[4]!)).toBe('{"action":"speak","n":1.0}');
    expect(units[6]?.error).toBe('unauthorized');
  });

  it('shows an identifier that holds no JSON as text', () => {
    const unit = decodeOne('action-cable', text('client', '{"command":"subscribe","identifier":"{"}'));
    expect(unit).toMatchObject({ type: 'subscribe', name: '', payload: { form: 'text', content: '{' } });
  });
});

describe('Pusher', () => {
  it('reads events whose data is a string or an object', () => {
    const { units } = decodeAll('pusher', [
      text(
        'server',
        '{"event":"pusher:connection_established","data":"{\\"socket_id\\":\\"1.2\\",\\"activity_timeout\\":120}"}',
      ),
      text('client', '{"event":"pusher:subscribe","data":{"auth":"k:s","channel":"private-chat"}}'),
      text(
        'server',
        '{"event":"pusher_internal:subscription_succeeded","data":"{}","channel":"private-chat"}',
      ),
      text('server', '{"event":"message","channel":"private-chat","data":"{\\"id\\":12345678901234567890}"}'),
      text('client', '{"event":"client-typing","channel":"private-chat","data":{"user":7}}'),
      text('server', '{"event":"pusher:error","data":{"code":4201,"message":"Pong reply not received"}}'),
      text('server', '{"event":"pusher:ping","data":{}}'),
    ]);
    expect(units.map(({ type, name, error }) => [type, name, error])).toEqual([
      ['control', 'pusher:connection_established', undefined],
      ['subscribe', 'private-chat', undefined],
      ['reply', 'pusher_internal:subscription_succeeded', undefined],
      ['event', 'message', undefined],
      ['event', 'client-typing', undefined],
      ['error', 'pusher:error', 'Pong reply not received'],
      ['control', 'pusher:ping', undefined],
    ]);
    expect(units[2]?.replyTo).toBe(units[1]?.id);
    expect(content(units[3]!)).toBe('{"id":12345678901234567890}');
  });
});

describe('Centrifugo', () => {
  it('reads several lines of a message, by the side that sent them', () => {
    const lines = '{"id":1,"connect":{"token":"t"}}\n{"id":2,"subscribe":{"channel":"news"}}\n';
    const { units, problems } = decodeAll('centrifugo', [
      text('client', lines),
      text('server', '{"id":1,"connect":{"client":"c","ping":25,"pong":true}}\n{"id":2,"subscribe":{}}'),
      text('server', '{"push":{"channel":"news","pub":{"data":{"v":1.0},"offset":3}}}\n{}'),
      text('server', '{"id":3,"error":{"code":103,"message":"permission denied"}}'),
      text('client', '{"id":4,"rpc":{"method":"time","data":{}}}'),
    ]);
    expect(problems).toEqual([]);
    expect(units.map(({ type, name, id, replyTo }) => [type, name, id, replyTo])).toEqual([
      ['control', 'connect', '1', undefined],
      ['subscribe', 'news', '2', undefined],
      ['control', 'connect', undefined, '1'],
      ['reply', '', undefined, '2'],
      ['event', 'news', undefined, undefined],
      ['control', 'ping', undefined, undefined],
      ['error', '', undefined, '3'],
      ['call', 'time', '4', undefined],
    ]);
    expect(units[1]?.range).toEqual({ start: 33, end: 72 });
    expect(content(units[4]!)).toBe('{"v":1.0}');
    expect(units[5]?.heartbeat).toBe(true);
  });

  it('continues after a line that does not parse', () => {
    const { units, problems } = decodeAll('centrifugo', [text('server', '{"id":\n{"id":2,"subscribe":{}}')]);
    expect(units).toHaveLength(1);
    expect(problems).toMatchObject([{ code: 'decode.json' }]);
  });
});

describe('WAMP 2', () => {
  it('reads the messages of the basic profile', () => {
    const { units, problems } = decodeAll('wamp', [
      text('client', '[1,"realm1",{"roles":{"caller":{}}}]'),
      text('server', '[2,9129137332,{"roles":{"broker":{}}}]'),
      text('client', '[48,7814135,{},"com.myapp.add2",[23,7.0]]'),
      text('server', '[50,7814135,{},[30]]'),
      text('client', '[32,713845233,{},"com.myapp.topic1"]'),
      text('server', '[33,713845233,5512315355]'),
      text('server', '[36,5512315355,4429313566,{},[],{"color":"orange"}]'),
      text('server', '[68,6131533,9823526,{},["johnny"]]'),
      text('client', '[70,6131533,{},["done"]]'),
      text('server', '[8,48,7814135,{},"com.myapp.error.invalid",["bad"]]'),
      text('server', '[3,{"message":"no"},"wamp.error.no_such_realm"]'),
    ]);
    expect(problems).toEqual([]);
    expect(units.map(({ type, name, id, replyTo, error }) => [type, name, id ?? replyTo, error])).toEqual([
      ['control', 'realm1', undefined, undefined],
      ['control', 'WELCOME', undefined, undefined],
      ['call', 'com.myapp.add2', '7814135', undefined],
      ['reply', '', '7814135', undefined],
      ['subscribe', 'com.myapp.topic1', '713845233', undefined],
      ['reply', '', '713845233', undefined],
      ['event', '', undefined, undefined],
      ['call', 'INVOCATION', '6131533', undefined],
      ['reply', '', '6131533', undefined],
      ['error', '', '7814135', 'com.myapp.error.invalid'],
      ['error', 'ABORT', undefined, 'wamp.error.no_such_realm'],
    ]);
    expect(content(units[2]!)).toBe('[23,7.0]');
    expect(payloadValue(units[6])).toEqual({ color: 'orange' });
  });
});

describe('services with typed messages', () => {
  it('reads Home Assistant', () => {
    const { units } = decodeAll('home-assistant', [
      text('server', '{"type":"auth_required","ha_version":"2026.1"}'),
      text('client', '{"id":18,"type":"subscribe_events","event_type":"state_changed"}'),
      text(
        'server',
        '[{"id":18,"type":"result","success":true,"result":null},{"id":18,"type":"event","event":{"event_type":"state_changed"}}]',
      ),
      text(
        'server',
        '{"id":24,"type":"result","success":false,"error":{"code":"not_found","message":"Entity not found"}}',
      ),
      text('client', '{"id":19,"type":"ping"}'),
    ]);
    expect(units.map(({ type, name, error }) => [type, name, error])).toEqual([
      ['control', 'auth_required', undefined],
      ['subscribe', 'subscribe_events', undefined],
      ['reply', '', undefined],
      ['event', 'state_changed', undefined],
      ['error', '', 'Entity not found'],
      ['control', 'ping', undefined],
    ]);
    expect(units[3]?.stream).toBe(units[1]?.stream);
  });

  it('folds the audio of OpenAI Realtime', () => {
    const audio = btoa('\0'.repeat(4800));
    const unit = decodeOne(
      'openai-realtime',
      text('client', `{"type":"input_audio_buffer.append","audio":"${audio}"}`),
    );
    expect(unit.summary).toBe(
      'input_audio_buffer.append {"type":"input_audio_buffer.append","audio":"‹base64: 4,800 bytes›"}',
    );
    const error = decodeOne(
      'openai-realtime',
      text('server', '{"type":"error","event_id":"e1","error":{"message":"No audio","event_id":"mine"}}'),
    );
    expect(error).toMatchObject({ type: 'error', error: 'No audio', replyTo: '"mine"' });
  });
});
