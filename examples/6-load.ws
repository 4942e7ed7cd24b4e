@host = localhost:8080

### A hundred thousand messages
# @name burst
WEBSOCKET ws://{{host}}/burst?n=100000&size=100

=== wait-for-server
# @where kind == "close"
# @within 60s
# @expect close.code == 1000


### A thousand ticks a second
# @name fast-ticks
WEBSOCKET ws://{{host}}/ticker?rate=1000


### Binary messages
# @name binary
WEBSOCKET ws://{{host}}/binary


### A message over the limit
# The connection ends with the error limit.payload, which names the limit and how to raise it.
# @name too-large
# @max-payload 1KiB
WEBSOCKET ws://{{host}}/burst?n=1&size=2000

=== wait-for-server
# @where kind == "close"
