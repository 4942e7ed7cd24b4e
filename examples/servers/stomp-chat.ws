# A chat over STOMP, as a Spring application speaks it: `duplex serve examples/servers/stomp-chat.ws`.
# It answers examples/protocols/stomp-chat.ws. The protocol answers CONNECT and gives receipts by itself, and knows who has subscribed.

### Chat
# @name chat
# @protocol stomp
SERVE ws://127.0.0.1:15674/ws

=== on-message
# @label What one says goes to all who have subscribed
# @where destination == "/topic/chat"
# @where type != "subscribe"
# @capture said = payload
# @to all
# @message /topic/chat
# @header content-type: application/json
{{said}}
=== on-message
# @label An order comes back to the one who sent it
# @where destination == "/queue/orders"
# @where type != "subscribe"
# @capture order = payload
# @message /queue/orders
{{order}}
=== on-message
# @label A destination that nobody may use
# @where destination == "/topic/secret"
# @error Access refused
The destination /topic/secret is not for you.
===
# @close 1000
