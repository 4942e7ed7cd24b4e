# A broker for sensors over MQTT 3.1.1 and 5: `duplex serve examples/servers/mqtt-sensor.ws`.
# It answers examples/protocols/mqtt-sensor.ws. The protocol answers CONNECT, SUBSCRIBE, UNSUBSCRIBE and pings, acknowledges what is
# published, and knows the filters of each client.

### Sensors
# @name sensors
# @protocol mqtt
SERVE ws://127.0.0.1:9001/mqtt

=== on-message
# @label The broker has a sensor of its own
# @where type == "subscribe"
# @where topic matches /^sensors\/(3|\+|#)/
# @repeat 5 every 1s
# @publish sensors/3/temperature
{"celsius": 20.5, "at": "{{$isoTimestamp}}"}
=== on-message
# @label A humidity keeps its unit, for clients of MQTT 5
# @where topic matches /^sensors\/\d+\/humidity$/
# @where type != "subscribe"
# @capture topic = topic
# @capture reading = payload
# @to all
# @publish {{topic}} qos=2 content-type=application/json
# @header unit: percent
{{reading}}
=== on-message
# @label Any other reading goes to all who have subscribed
# @where topic matches /^sensors\//
# @where type != "subscribe"
# @where type != "unsubscribe"
# @capture topic = topic
# @capture reading = payload
# @to all
# @publish {{topic}} qos=2
{{reading}}
