# A chat over Socket.IO 4, for a client whose backend is not there yet: `duplex serve examples/servers/socketio-chat.ws`.
# It answers examples/protocols/socketio-chat.ws.

### Chat
# @name chat
# @protocol socket.io
SERVE ws://127.0.0.1:3000/socket.io/

=== on-message
# @where event == "say"
# @capture said = payload
# @to all
# @emit said
{{said}}
=== on-message
# @label Acknowledge a sum
# @where event == "add"
# @ack
[5]
