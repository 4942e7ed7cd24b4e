@host = localhost:8080

### Headers and subprotocols
# @name handshake
# @subprotocol v2.json, v1.json
# @timeout 2s
# @close-timeout 500ms
# @max-payload 64KiB
# @no-deflate
WEBSOCKET ws://{{host}}/echo
Origin: http://localhost:3000
Authorization: Bearer not-a-real-token

The session shows the subprotocol that the server agreed to.


### A handshake that is refused
# The panel shows the status, the headers and the body of the answer. A run passes: the refusal is what is expected.
# @name refused
# @expect status == 401
WEBSOCKET ws://{{host}}/refuse?status=401


### A server that closes
# @name closed
WEBSOCKET ws://{{host}}/close?code=4001&reason=enough

=== wait-for-server
# @where kind == "close"


### A connection that breaks
# No close frame comes: code 1006.
# @name broken
WEBSOCKET ws://{{host}}/close?code=1006

=== wait-for-server
# @where close.code == 1006
