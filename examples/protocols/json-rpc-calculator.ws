# A calculator that speaks JSON-RPC 2.0: `duplex run examples/protocols/json-rpc-calculator.ws --var host=localhost:3001`.
# It has the methods `add` and `divide`.
@host = localhost:3001
# @protocol json-rpc

### Add
# @name add
WEBSOCKET ws://{{host}}

# @call add
[1.5, 2]
=== wait-for-server
# @reply
# @within 10s
# @expect method == "add"
# @expect payload == 3.5


### Two calls at once, each with its own reply
# @name two-calls
WEBSOCKET ws://{{host}}

# @call add
[1, 2]
===
# @call divide
[10, 4]
=== wait-for-server
# @label The quotient
# @where method == "divide"
# @within 10s
# @expect payload == 2.5
# @capture quotient = payload
=== wait-for-server
# @label The sum
# @where method == "add"
# @within 10s
# @expect payload == 3
# @call add
[{{quotient}}, 1]
=== wait-for-server
# @reply
# @within 10s
# @expect payload == 3.5


### What cannot be divided
# @name error
WEBSOCKET ws://{{host}}

# @call divide
[1, 0]
=== wait-for-server
# @reply
# @within 10s
# @expect type == "error"
# @expect payload.code == -32001
# @expect error == "Division by zero"
