# A sensor that publishes over MQTT. Start a broker with a listener for WebSocket, as Mosquitto with "protocol websockets",
# and change the address.
@server = localhost:9001/mqtt

### Publish, and get it back
# Duplex connects by itself as a client of MQTT 3.1.1, and acknowledges messages with QoS 1 and 2.
# @name publish
# @protocol mqtt
WEBSOCKET ws://{{server}}

# @subscribe sensors/+/temperature qos=1
=== wait-for-server
# @reply
# @within 5s
===
# @publish sensors/1/temperature qos=1
{"celsius": 21.5}
=== wait-for-server
# @where topic == "sensors/1/temperature"
# @within 5s
# @expect payload.celsius == 21.5


### The same in MQTT 5, with a will
# The lines with @header are user properties; the content type is an option of @publish.
# @name publish5
# @protocol mqtt
WEBSOCKET ws://{{server}}

# @connect version=5
{"keepAlive": 30, "will": {"topic": "sensors/2/state", "payload": "gone", "retain": true}}
===
# @subscribe sensors/2/#
=== wait-for-server
# @reply
# @within 5s
===
# @publish sensors/2/humidity qos=2 content-type=application/json
# @header unit: percent
{"humidity": 40}
=== wait-for-server
# @where topic == "sensors/2/humidity"
# @within 5s
# @expect payload.humidity == 40
# @expect message-header unit == "percent"
# @expect message-header content-type == "application/json"
