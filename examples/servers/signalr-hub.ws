# A hub of ASP.NET Core SignalR, as JSON and as MessagePack: `duplex serve examples/servers/signalr-hub.ws`.
# It answers examples/protocols/signalr-hub.ws. The protocol answers the negotiation over HTTP and the handshake, and pings.

### Hub
# @name hub
# @protocol signalr
SERVE ws://127.0.0.1:5000/hub

=== on-message
# @where method == "Add"
# @complete
42
=== on-message
# @label Three items, and the end of the stream
# @where method == "Stream"
# @item
0
===
# @delay 100ms
# @item
1
===
# @delay 100ms
# @item
2
===
# @complete
=== on-message
# @where method == "Echo"
# @capture it = payload[0]
# @complete
{{it}}
=== on-message
# @label What one says goes to all
# @where method == "Say"
# @capture said = payload
# @to all
# @send Said
{{said}}
===
# @complete
=== on-message
# @where method == "Fail"
# @complete-error
It did not work.
