# A request file. Click Connect, then Send, above the lines below.
#
# The examples talk to the demo server: start it with the command "WebSocket: Start Demo Server", or with
# `duplex serve --port 8080`. Lines that start with # or // are comments.

### Echo
WEBSOCKET ws://localhost:8080/echo

{
  "hello": "world",
  "exact": [1.0, 12345678901234567890]
}
===
The line === above separates two messages. This one is plain text,

and an empty line belongs to it.


### The shortest request
WEBSOCKET ws://localhost:8080/echo
