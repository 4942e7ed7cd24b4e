package org.java_websocket.drafts;

import java.util.List;
import org.java_websocket.protocols.IProtocol;

public class Draft_6455 {
    public final List<IProtocol> protocols;

    public Draft_6455(List<?> extensions, List<IProtocol> protocols) {
        this.protocols = protocols;
    }
}
