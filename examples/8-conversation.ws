# A request is a test as well: Run it, or `duplex run examples/8-conversation.ws`.
@host = localhost:8080

### Subscribe, look at the ticks, unsubscribe
# @name conversation
WEBSOCKET ws://{{host}}/json

# @label Subscribe
{"op": "subscribe", "channel": "BTC"}
=== wait-for-server
# Where takes the oldest message for which it is true; all others stay for later.
# @where $.type == "subscribed"
# @within 2s
# @expect $.channel == "BTC"
# @expect $.id matches /^[0-9a-f-]{36}$/
# @capture id = $.id
=== wait-for-server
# @label A first tick
# @where $.type == "tick"
# @expect $.id == "{{id}}"
# @expect $.price > 90
# @expect $ schema ./data/tick.schema.json
# @expect latency < 5s
# @delay 100ms
{"op": "unsubscribe", "id": "{{id}}"}
=== wait-for-server
# @label Unsubscribed
# @where $.type not in ["tick", "subscribed"]
# @expect $.type == "unsubscribed"
# @expect text contains "{{id}}"


### Bytes, escapes, pings and a close
# @name bytes
WEBSOCKET ws://{{host}}/echo

# @binary hex
00 01 02 ff
=== wait-for-server
# @expect kind == "binary"
# @expect size == 4
# @escape
a tab\tand the sign \u{1f4cf}
=== wait-for-server
# @expect text == "a tab\tand the sign 📏"
# @repeat 3 every 20ms
{"message": "{{$uuid}}"}
=== wait-for-server
=== wait-for-server
=== wait-for-server
# @ping still there?
===
# @close 4000 enough
=== wait-for-server
# @where kind == "close"
# @expect close.code == 4000


### A refusal that is expected
# @name expected-refusal
# @expect status == 401
# @expect header WWW-Authenticate startsWith "Bearer"
WEBSOCKET ws://{{host}}/refuse?status=401


### A close that is expected
# @name expected-close
WEBSOCKET ws://{{host}}/close?code=4001&reason=enough

=== wait-for-server
# @where kind == "close"
# @expect close.code == 4001
# @expect close.reason == "enough"
