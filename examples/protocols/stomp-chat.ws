# A chat over STOMP, as a Spring application speaks it. Start one with a broker relay or a simple broker for /topic, and
# change the address.
@server = localhost:15674

### Say hello to everybody
# Duplex connects by itself: the first step may subscribe at once. @receipt asks the server to say that it has done so.
# @name hello
# @protocol stomp
WEBSOCKET ws://{{server}}/ws

# @subscribe /topic/chat
# @receipt
=== wait-for-server
# @reply
# @within 5s
===
# @send /topic/chat
# @header content-type: application/json
{"from": "Ann", "text": "Hello"}
=== wait-for-server
# @where destination == "/topic/chat"
# @within 5s
# @expect payload.text == "Hello"
# @expect message-header content-type == "application/json"


### Acknowledge each message
# CONNECT with a login: @header lines of a step are the headers of its frame.
# @name acknowledge
# @protocol stomp
WEBSOCKET ws://{{server}}/ws

# @connect
# @header login: guest
# @header passcode: guest
# @header host: /
===
# @subscribe /queue/orders ack=client-individual
===
# @send /queue/orders
Order 1
=== wait-for-server
# @where destination == "/queue/orders"
# @within 5s
# @expect payload == "Order 1"
# @ack
