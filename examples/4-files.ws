@name = Ada

### Messages from files
# @name files
WEBSOCKET ws://localhost:8080/echo

# The bytes of a file, as a binary message. The path is relative to this file's folder.
< ./data/pixel.png
===
# The text of a file, with the variables filled in.
<@ ./data/greeting.json
===
# A backslash makes the start of a line literal: these are four lines of text.
\< ./data/pixel.png
\# not a comment
\// nor is this
\=== and this separates nothing
