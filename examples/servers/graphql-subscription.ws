# GraphQL as the package graphql-ws speaks it: `duplex serve examples/servers/graphql-subscription.ws`.
# It answers examples/protocols/graphql-subscription.ws. The protocol answers connection_init and pings by itself.

### Hello and count
# @name graphql
# @protocol graphql-transport-ws
SERVE ws://127.0.0.1:4000/graphql

=== on-message
# @where operation == "Hello"
# @capture id = $.id
# @respond
{"data": {"hello": "Hello Duplex"}}
===
{"type": "complete", "id": "{{id}}"}
=== on-message
# @where operation == "Count"
# @capture id = $.id
# @respond
{"data": {"count": 1}}
===
# @delay 100ms
{"type": "next", "id": "{{id}}", "payload": {"data": {"count": 2}}}
===
# @delay 100ms
{"type": "next", "id": "{{id}}", "payload": {"data": {"count": 3}}}
===
{"type": "complete", "id": "{{id}}"}
=== on-message
# @label Anything else
# @where $.type == "subscribe"
# @respond-error
[{"message": "Cannot query field \"nothing\" on type \"Query\"."}]
