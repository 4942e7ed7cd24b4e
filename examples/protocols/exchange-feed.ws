# Market data of an exchange: `duplex run examples/protocols/exchange-feed.ws --var host=localhost:3006`.
# The protocol is a table of this project, exchange-feed.protocol.json beside this file: docs/protocols.md explains it.
@host = localhost:3006
# @protocol exchange-feed

### Trades of one stream
# @name trades
WEBSOCKET ws://{{host}}/stream

# @subscribe btcusdt@trade
=== wait-for-server
# @reply
# @within 10s
# @expect type == "reply"
# @expect payload == null
=== wait-for-server
# @where name == "trade"
# @within 10s
# @expect payload.s == "BTCUSDT"
# @expect payload.p matches /^\d+\.\d+$/
# @capture first = payload.t
=== wait-for-server
# @label The next trade
# @where name == "trade"
# @within 10s
# @expect payload.t > {{first}}
# @list
=== wait-for-server
# @reply
# @within 10s
# @expect payload[0] == "btcusdt@trade"
# @unsubscribe btcusdt@trade
=== wait-for-server
# @reply
# @within 10s
===
# @label No more trades
=== wait-for-server
# @none
# @where name == "trade"
# @within 200ms


### A stream that does not exist
# @name unknown-stream
WEBSOCKET ws://{{host}}/stream

# @subscribe nothing
=== wait-for-server
# @reply
# @within 10s
# @expect type == "error"
# @expect error == "Invalid stream"
# @expect payload.code == 2
