# A charging station that reports to its central system over OCPP 1.6:
# `duplex run examples/protocols/ocpp-charger.ws --var host=localhost:9000`. The URL ends in the id of the charger.
@host = localhost:9000
@charger = CP001

### Boot, authorize a card, charge
# @name charge
# @protocol ocpp
# @subprotocol ocpp1.6
# @expect subprotocol == "ocpp1.6"
WEBSOCKET ws://{{host}}/{{charger}}

# @call BootNotification
{"chargePointVendor": "Example", "chargePointModel": "Single"}
=== wait-for-server
# @reply
# @within 10s
# @expect payload.status == "Accepted"
# @expect payload.interval > 0
# @call Authorize
{"idTag": "045A2B"}
=== wait-for-server
# @reply
# @within 10s
# @expect action == "Authorize"
# @expect payload.idTagInfo.status == "Accepted"
# @call StartTransaction
{"connectorId": 1, "idTag": "045A2B", "meterStart": 0, "timestamp": "{{$isoTimestamp}}"}
=== wait-for-server
# @reply
# @within 10s
# @capture transaction = payload.transactionId
# @call StopTransaction
{"transactionId": {{transaction}}, "meterStop": 1200, "timestamp": "{{$isoTimestamp}}"}
=== wait-for-server
# @reply
# @within 10s
# @expect type == "reply"


### The central system asks, the charger answers
# @name respond
# @protocol ocpp
# @subprotocol ocpp1.6
WEBSOCKET ws://{{host}}/{{charger}}-2

# @call Heartbeat
=== wait-for-server
# @where action == "ChangeAvailability"
# @where type == "call"
# @within 10s
# @expect payload.type == "Inoperative"
# @respond
{"status": "Accepted"}
===
# @call StatusNotification
{"connectorId": 1, "errorCode": "NoError", "status": "Unavailable"}
=== wait-for-server
# @reply
# @within 10s
# @expect type == "reply"
