package org.java_websocket.protocols;

public interface IProtocol {}
