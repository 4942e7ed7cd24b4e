package org.java_websocket.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** Opens the connection as Java-WebSocket does, and hands its bytes to a port of this machine. */
class Relay {
    private final URI uri;
    private final Proxy proxy;
    private final SSLSocketFactory factory;
    private final int timeout;

    Relay(URI uri, Proxy proxy, SSLSocketFactory factory, int timeout) {
        this.uri = uri;
        this.proxy = proxy;
        this.factory = factory;
        this.timeout = timeout;
    }

    /** The same path of a server without TLS on this machine. */
    URI start() throws IOException {
        ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket far = open();
        inBackground(() -> {
            Socket near = server.accept();
            inBackground(() -> pass(near, far));
            pass(far, near);
        });
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        return URI.create("ws://127.0.0.1:" + server.getLocalPort() + uri.getRawPath() + query);
    }

    private Socket open() throws IOException {
        boolean secure = "wss".equals(uri.getScheme());
        int port = uri.getPort() >= 0 ? uri.getPort() : secure ? 443 : 80;
        // A factory makes the socket whatever the scheme, unless there is a proxy.
        Socket socket = proxy != Proxy.NO_PROXY || factory == null ? new Socket(proxy) : factory.createSocket();
        socket.connect(new InetSocketAddress(uri.getHost(), port), timeout);
        if (secure && !(socket instanceof SSLSocket)) {
            SSLSocketFactory used = factory == null ? (SSLSocketFactory) SSLSocketFactory.getDefault() : factory;
            socket = used.createSocket(socket, uri.getHost(), port, true);
        }
        if (socket instanceof SSLSocket) {
            SSLParameters parameters = ((SSLSocket) socket).getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            ((SSLSocket) socket).setSSLParameters(parameters);
            ((SSLSocket) socket).startHandshake();
        }
        return socket;
    }

    private interface Task {
        void run() throws IOException;
    }

    private static void inBackground(Task task) {
        Thread thread = new Thread(() -> {
            try {
                task.run();
            } catch (IOException error) {
                // The client sees that the connection has ended.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private static void pass(Socket from, Socket to) throws IOException {
        try (InputStream in = from.getInputStream(); OutputStream out = to.getOutputStream()) {
            in.transferTo(out);
        }
    }
}
