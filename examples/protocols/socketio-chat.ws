# A chat over Socket.IO 4: `duplex run examples/protocols/socketio-chat.ws --var host=localhost:3000`.
# The server has an event `say` that it sends on as `said`, and an event `add` that it acknowledges.
@host = localhost:3000
@path = /socket.io/?EIO=4&transport=websocket

### Say something, and see it come
# @name say
# @protocol socket.io
WEBSOCKET ws://{{host}}{{path}}

# @emit say
["Hello", {"room": 1}]
=== wait-for-server
# @where event == "said"
# @within 10s
# @expect payload[0] == "Hello"
# @expect payload[1].room == 1


### Ask for an acknowledgement
# @name acknowledge
# @protocol socket.io
WEBSOCKET ws://{{host}}{{path}}

# @emit add
# @ack
[2, 3]
=== wait-for-server
# @reply
# @within 10s
# @expect event == "add"
# @expect payload[0] == 5
# @expect latency < 5s


### Send bytes
# @name bytes
# @protocol socket.io
WEBSOCKET ws://{{host}}{{path}}

# @emit say
[{"$base64": "AAEC/w=="}]
=== wait-for-server
# @where event == "said"
# @within 10s
# @expect payload[0]['$base64'] == "AAEC/w=="


### Another namespace, with a token
# @name namespace
# @protocol socket.io
WEBSOCKET ws://{{host}}{{path}}

# @connect /admin
{"token": "{{$secret chatToken}}"}
===
# @emit say
["Hello, admins"]
=== wait-for-server
# @where event == "said"
# @within 10s
# @expect payload == ["Hello, admins"]
