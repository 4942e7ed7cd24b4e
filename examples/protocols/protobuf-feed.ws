# A feed of prices in Protobuf. Its schema is ../data/feed.proto; a descriptor set of protoc works as well.
@host = localhost:8080

### Subscribe, and read prices
# The message is written as JSON and sent as Protobuf. The lines with @decode say what messages are, for conditions and for the panel:
# fields have the names of the schema, and numbers of 64 bits are strings.
# @name feed
# @decode protobuf feed.Tick from ../data/feed.proto in
# @decode protobuf feed.Subscribe from ../data/feed.proto out
WEBSOCKET ws://{{host}}/feed

# @encode protobuf feed.Subscribe from ../data/feed.proto
{"symbols": ["ABC", "XYZ"], "depth": 2}
=== wait-for-server
# @within 5s
# @where payload.symbol == "ABC"
# @expect kind == "binary"
# @expect payload.price > 0
# @expect payload.side == "BUY"
# @expect payload.levels[1].size == 200
# @capture sequence = payload.sequence
=== wait-for-server
# @within 5s
# @where payload.symbol == "XYZ"
# @expect payload.sequence != "{{sequence}}"
