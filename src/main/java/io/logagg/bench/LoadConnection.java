package io.logagg.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * One kept connection that posts bodies to a route. It knows as much of HTTP as our own answers
 * need, because whatever the generator uses is taken from the server it measures. Blocks; belongs
 * to one thread.
 */
final class LoadConnection implements AutoCloseable {
  private static final int MAX_ANSWER_BYTES = 1 << 18;
  private static final String HEAD_END = "\r\n\r\n";
  private static final String LAST_CHUNK = "\r\n0\r\n\r\n";
  private static final String LENGTH = "\r\ncontent-length:";
  private static final String ENQUEUED = "\"enqueued\":";

  private final InetSocketAddress address;
  private final String headStart;
  private final ByteBuffer in = ByteBuffer.allocate(MAX_ANSWER_BYTES);
  private SocketChannel channel;
  private ByteBuffer head = ByteBuffer.allocate(0);
  private int headFor = -1;

  LoadConnection(int port, boolean gzip) throws IOException {
    this(
        port,
        "/api/v1/ingest",
        "Content-Type: application/x-ndjson\r\n" + (gzip ? "Content-Encoding: gzip\r\n" : ""));
  }

  /**
   * To another route.
   *
   * @param headers with a line end behind each
   */
  LoadConnection(int port, String path, String headers) throws IOException {
    this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    this.headStart =
        "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n%sContent-Length: "
            .formatted(path, port, headers);
    this.channel = connect(address);
  }

  private static SocketChannel connect(InetSocketAddress address) throws IOException {
    SocketChannel channel = SocketChannel.open(address);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    return channel;
  }

  /**
   * What a request was answered.
   *
   * @param enqueued how many of its records were taken, also of one that was broken off
   */
  record Answer(int status, long enqueued) {
    /** Whether it is to be sent again later. */
    boolean isRefusal() {
      return status == 429 || status == 503;
    }
  }

  /** Sends a body and waits for its answer. */
  Answer post(ByteBuffer body) throws IOException {
    prepareHead(body.remaining());
    ByteBuffer[] parts = {head, body};
    while (body.hasRemaining()) {
      channel.write(parts);
    }
    return read();
  }

  private void prepareHead(int length) {
    if (length != headFor) {
      head = ByteBuffer.wrap((headStart + length + HEAD_END).getBytes(StandardCharsets.US_ASCII));
      headFor = length;
    }
    head.rewind();
  }

  private Answer read() throws IOException {
    in.clear();
    int headEnd = -1;
    String text = "";
    while (headEnd < 0) {
      text = readMore();
      headEnd = text.indexOf(HEAD_END);
    }
    String answerHead = text.substring(0, headEnd + 2).toLowerCase(Locale.ROOT);
    if (answerHead.contains("\r\ntransfer-encoding: chunked")) {
      while (!text.endsWith(LAST_CHUNK)) {
        text = readMore();
      }
    } else {
      int bodyLength = text.startsWith("204", 9) ? 0 : length(answerHead);
      int end = headEnd + HEAD_END.length() + bodyLength;
      while (in.position() < end) {
        text = readMore();
      }
    }
    if (answerHead.contains("\r\nconnection: close")) {
      channel.close();
      channel = connect(address);
    }
    return new Answer(Integer.parseInt(text.substring(9, 12)), enqueued(text, headEnd));
  }

  private String readMore() throws IOException {
    if (!in.hasRemaining()) {
      throw new IOException("an answer is larger than " + MAX_ANSWER_BYTES + " bytes");
    }
    if (channel.read(in) < 0) {
      throw new EOFException("the server closed the connection before it answered");
    }
    return new String(in.array(), 0, in.position(), StandardCharsets.ISO_8859_1);
  }

  private static int length(String answerHead) throws IOException {
    int at = answerHead.indexOf(LENGTH);
    if (at < 0) {
      throw new IOException("an answer has no Content-Length: " + answerHead.strip());
    }
    int from = at + LENGTH.length();
    return Integer.parseInt(answerHead.substring(from, answerHead.indexOf('\r', from)).strip());
  }

  /** Found by its name alone: the answers are our own and hold it once. */
  private static long enqueued(String text, int from) {
    int at = text.indexOf(ENQUEUED, from);
    long count = 0;
    for (int i = at + ENQUEUED.length(); at >= 0 && Character.isDigit(text.charAt(i)); i++) {
      count = count * 10 + text.charAt(i) - '0';
    }
    return count;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
