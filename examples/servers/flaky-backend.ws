# A backend with typical faults: `duplex serve examples/servers/flaky-backend.ws`.
# Does the client reconnect, wait longer each time, and inform its user?
@host = 127.0.0.1:9000

### Restarts: two ticks, then it goes away
# @name restarts
SERVE ws://{{host}}/restarts

{"type": "tick", "n": 1}
===
# @delay 100ms
{"type": "tick", "n": 2}
===
# @delay 100ms
# @close 1012 The backend restarts

### Busy: refuses the handshake
# @name busy
# @status 503
SERVE ws://{{host}}/busy
Retry-After: 1

Try again later.

### Slow: each answer takes its time, and none waits for another
# @name slow
SERVE ws://{{host}}/slow

=== on-message
# @capture it = text
# @delay 300ms
{{it}}

### Silent: accepts, and answers neither messages nor pings
# @name silent
# @no-auto-pong
SERVE ws://{{host}}/silent
