package org.java_websocket.handshake;

public interface ServerHandshake {}
