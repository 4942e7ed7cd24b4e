### Subscribe to a channel
# @name subscribe
WEBSOCKET ws://localhost:8080/json

{"op": "subscribe", "channel": "BTC"}
# Run above the target runs the request to its end: at "=== wait-for-server" it waits for a message of the server before
# it goes on. Send above a message sends just that message, at once.
=== wait-for-server
{"op": "subscribe", "channel": "ETH"}
=== wait-for-server
// The server answers this with an error: it knows no such operation.
{"op": "dance"}


### Ticks, ten a second
# The server sends ticks without being asked: the request only waits.
# @name ticks
WEBSOCKET ws://localhost:8080/ticker
  ?rate=10

=== wait-for-server
=== wait-for-server
=== wait-for-server
