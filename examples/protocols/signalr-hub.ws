@host = localhost:5000

### Add two numbers, and count
# @name hub
# A hub of ASP.NET Core SignalR with the methods Add(x, y) and Stream(count).
# @protocol signalr
WEBSOCKET ws://{{host}}/hub

# @invoke Add
[40, 2]
=== wait-for-server
# @reply
# @expect payload == 42
===
# @stream Stream
[3]
=== wait-for-server
# @where type == "event"
# @expect name == "Stream"
# @expect payload == 0
=== wait-for-server
# @reply
# @expect type == "reply"

### The same with MessagePack
# @name hub-msgpack
# @protocol signalr-msgpack
WEBSOCKET ws://{{host}}/hub

# @invoke Echo
[{"id": 12345678901234567890, "data": {"$base64": "AQID"}}]
=== wait-for-server
# @reply
# @expect payload.data['$base64'] == "AQID"
