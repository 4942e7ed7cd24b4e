package org.java_websocket.framing;

import java.nio.ByteBuffer;

public class PingFrame {
    private ByteBuffer payload = ByteBuffer.allocate(0);

    public void setPayload(ByteBuffer payload) {
        this.payload = payload;
    }

    public ByteBuffer getPayloadData() {
        return payload;
    }
}
