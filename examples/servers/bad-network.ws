# Stands between an application and its server. Let the application connect to ws://127.0.0.1:8081 instead of the demo server.

### Slow and lossy
# @name bad network
PROXY ws://127.0.0.1:8081 -> ws://localhost:8080
# @fault delay 200ms jitter 50ms
# @fault drop in probability 0.1 seed 7
# @fault throttle 20KiB/s

### A tunnel: everything stops for a while
# @name tunnel
PROXY ws://127.0.0.1:8082 -> ws://localhost:8080
# @fault stall 10s after 5s

### Gone without a word: the client has to notice it
# @name silent
PROXY ws://127.0.0.1:8083 -> ws://localhost:8080
# @fault half-open after 10s

### A server that restarts
# @name restarts
PROXY ws://127.0.0.1:8084 -> ws://localhost:8080
# @fault refuse 503 after 1 connection count 2
# @fault close 1012 after 20 messages
