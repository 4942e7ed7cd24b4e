# A calculator that speaks JSON-RPC 2.0: `duplex serve examples/servers/json-rpc-calculator.ws`.
# It answers examples/protocols/json-rpc-calculator.ws. The first rule whose conditions all hold answers.

### Calculator
# @name calculator
# @protocol json-rpc
SERVE ws://127.0.0.1:3001/

=== on-message
# @where method == "add"
# @where $.params[0] == 1
# @respond
3
=== on-message
# @label Any other sum
# @where method == "add"
# @respond
3.5
=== on-message
# @where method == "divide"
# @where $.params[1] == 0
# @respond-error
{"code": -32001, "message": "Division by zero"}
=== on-message
# @where method == "divide"
# @respond
2.5
