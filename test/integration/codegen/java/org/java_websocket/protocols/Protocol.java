package org.java_websocket.protocols;

public class Protocol implements IProtocol {
    public final String name;

    public Protocol(String name) {
        this.name = name;
    }
}
