# Variables of the file. A request means the last definition above it.
@host = localhost:8080
@base = ws://{{host}}
@user = ada

# A generated value stays the same until the request connects again.
@conversation = {{$uuid}}

### Variables everywhere
# @name variables
WEBSOCKET {{base}}/echo
  ?user={{user}}
  &conversation={{conversation}}
X-Conversation: {{conversation}}

{
  "conversation": "{{conversation}}",
  "user": "{{user}}",
  "message": "{{$guid}}",
  "sentAt": "{{$isoTimestamp}}",
  "seconds": {{$timestamp}},
  "dice": {{$randomInt 1 7}}
}


### Another user
@user = grace
WEBSOCKET {{base}}/echo?user={{user}}

Hello from {{user}}. A backslash keeps braces as they are: \{{user}}
