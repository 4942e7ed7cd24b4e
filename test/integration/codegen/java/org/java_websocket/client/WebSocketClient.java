package org.java_websocket.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Proxy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLSocketFactory;
import org.java_websocket.drafts.Draft_6455;
import org.java_websocket.framing.PingFrame;
import org.java_websocket.handshake.ServerHandshake;
import org.java_websocket.protocols.Protocol;

/** The documented API of Java-WebSocket, as far as generated programs use it, over the client of the JDK. */
public abstract class WebSocketClient {
    private final URI uri;
    private final Draft_6455 draft;
    private final Map<String, String> headers;
    private final int timeout;
    private Proxy proxy = Proxy.NO_PROXY;
    private SSLSocketFactory factory;
    private final CountDownLatch closed = new CountDownLatch(1);
    private WebSocket socket;

    public WebSocketClient(URI uri, Draft_6455 draft, Map<String, String> headers, int timeout) {
        this.uri = uri;
        this.draft = draft;
        this.headers = headers;
        this.timeout = timeout;
    }

    public abstract void onOpen(ServerHandshake handshake);
    public abstract void onMessage(String message);
    public void onMessage(ByteBuffer message) {}
    public abstract void onClose(int code, String reason, boolean remote);
    public abstract void onError(Exception error);

    public void setProxy(Proxy proxy) {
        this.proxy = proxy;
    }

    public void setSocketFactory(SSLSocketFactory factory) {
        this.factory = factory;
    }

    public boolean connectBlocking() throws InterruptedException {
        WebSocket.Builder builder = HttpClient.newHttpClient().newWebSocketBuilder().connectTimeout(Duration.ofMillis(timeout));
        headers.forEach(builder::header);
        String[] names = draft.protocols.stream().map(each -> ((Protocol) each).name).filter(name -> !name.isEmpty()).toArray(String[]::new);
        if (names.length > 0) builder.subprotocols(names[0], java.util.Arrays.copyOfRange(names, 1, names.length));
        try {
            socket = builder.buildAsync(new Relay(uri, proxy, factory, timeout).start(), new Listener()).join();
            return true;
        } catch (IOException | CompletionException error) {
            onError(error);
            return false;
        }
    }

    public void send(String text) {
        socket.sendText(text, true).join();
    }

    public void send(byte[] data) {
        socket.sendBinary(ByteBuffer.wrap(data), true).join();
    }

    public void sendFrame(PingFrame frame) {
        socket.sendPing(frame.getPayloadData()).join();
    }

    public void close(int code, String reason) {
        if (!socket.isOutputClosed()) socket.sendClose(code, reason).join();
    }

    public void closeBlocking() throws InterruptedException {
        close(1000, "");
        closed.await();
    }

    private class Listener implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();
        private final ByteArrayOutputStream data = new ByteArrayOutputStream();

        @Override public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                WebSocketClient.this.onMessage(text.toString());
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer part, boolean last) {
            while (part.hasRemaining()) data.write(part.get());
            if (last) {
                WebSocketClient.this.onMessage(ByteBuffer.wrap(data.toByteArray()));
                data.reset();
            }
            socket.request(1);
            return null;
        }

        @Override public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            WebSocketClient.this.onClose(code, reason, true);
            closed.countDown();
            return null;
        }
    }
}
