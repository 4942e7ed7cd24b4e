# GraphQL as the package graphql-ws speaks it:
# `duplex run examples/protocols/graphql-subscription.ws --var host=localhost:4000`.
# The schema is `type Query { hello(name: String): String } type Subscription { count(to: Int!): Int }`.
@host = localhost:4000

### A query over WebSocket
# @name query
# @protocol graphql-transport-ws
WEBSOCKET ws://{{host}}/graphql

# @subscribe
query Hello($name: String) {
  hello(name: $name)
}

{"name": "Duplex"}
=== wait-for-server
# @where operation == "Hello"
# @within 10s
# @expect payload.data.hello == "Hello Duplex"


### A subscription, until it is complete
# @name subscription
# @protocol graphql-transport-ws
WEBSOCKET ws://{{host}}/graphql

# @init
{"client": "example"}
===
# @subscribe
subscription Count {
  count(to: 3)
}
=== wait-for-server
# @within 10s
# @expect payload.data.count == 1
=== wait-for-server
# @within 10s
# @expect payload.data.count == 2
=== wait-for-server
# @within 10s
# @expect payload.data.count == 3
=== wait-for-server
# @label Complete
# @where $.type == "complete"
# @within 10s


### A field that does not exist
# @name error
# @protocol graphql-transport-ws
WEBSOCKET ws://{{host}}/graphql

# @subscribe
{ nothing }
=== wait-for-server
# @within 10s
# @expect type == "error"
# @expect error contains "nothing"
