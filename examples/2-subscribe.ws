### Subscribe to a channel
# @name subscribe
WEBSOCKET ws://localhost:8080/json

{"op": "subscribe", "channel": "BTC"}

# "=== wait-for-server" is for a run of the whole request, which then waits for a message of the server before it
# goes on. Send above a message sends just that message, at once.
=== wait-for-server

{"op": "subscribe", "channel": "ETH"}

=== wait-for-server

// The server answers this with an error: it knows no such operation.
{"op": "dance"}


### Ticks, ten a second
# The server sends by itself: there is nothing to send, only Connect.
# @name ticks
WEBSOCKET ws://localhost:8080/ticker
  ?rate=10
