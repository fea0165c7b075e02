package io.logagg.hostile;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/** A socket to the server under attack, and a plain reading of what comes back. */
final class RawConnection implements AutoCloseable {
  static final int ANSWER_LIMIT_MS = 15_000;
  static final String HANGS = "no answer and no close";
  private static final int QUIET_MS = 200;

  private final Socket socket = new Socket();
  private final InputStream in;

  RawConnection(int port) throws IOException {
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), ANSWER_LIMIT_MS);
    socket.setSoTimeout(ANSWER_LIMIT_MS);
    in = new BufferedInputStream(socket.getInputStream());
  }

  Socket socket() {
    return socket;
  }

  /**
   * What came of a request.
   *
   * @param fault why it is no fair answer: nothing for too long, or a cut in the middle of one
   */
  record Exchange(List<RawAnswer> answers, @Nullable String fault) {}

  /**
   * Sends it and reads the answers. A request whose end cannot be seen is ended by closing this
   * side of the connection once the server has been quiet for a moment.
   */
  Exchange exchange(RawRequest request) throws IOException {
    List<RawAnswer> answers = new ArrayList<>();
    try {
      send(request.bytes().getBytes());
      while (!request.whole() || answers.size() < request.methods().size()) {
        if (!request.whole() && !awaitByte()) {
          return new Exchange(answers, null);
        }
        int index = Math.min(answers.size(), request.methods().size() - 1);
        RawAnswer answer = read(request.methods().get(index));
        if (answer == null) {
          return new Exchange(answers, null);
        }
        if (answer.status() >= 200) {
          answers.add(answer);
        }
        if (isEndless(answer.headers())) {
          return new Exchange(answers, null);
        }
      }
      return new Exchange(answers, null);
    } catch (SocketTimeoutException e) {
      return new Exchange(answers, HANGS);
    } catch (EOFException e) {
      return new Exchange(answers, "an answer that breaks off");
    } catch (IOException e) {
      return new Exchange(answers, null); // Reset: the server closed with bytes of ours unread.
    }
  }

  /** The next answer, to a request that was sent by other means. */
  RawAnswer readAnswer() throws IOException {
    RawAnswer answer = read("POST");
    if (answer == null) {
      throw new EOFException("closed without an answer");
    }
    return answer;
  }

  private void send(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
    } catch (IOException e) {
      return; // It closed early; the answer may be there all the same.
    }
  }

  /** False if the server closes instead of sending more. */
  private boolean awaitByte() throws IOException {
    in.mark(1);
    socket.setSoTimeout(QUIET_MS);
    int first;
    try {
      first = in.read();
    } catch (SocketTimeoutException e) {
      socket.shutdownOutput();
      socket.setSoTimeout(ANSWER_LIMIT_MS);
      first = in.read();
    }
    socket.setSoTimeout(ANSWER_LIMIT_MS);
    if (first >= 0) {
      in.reset();
    }
    return first >= 0;
  }

  /** The next answer; null if the server closes instead. */
  private @Nullable RawAnswer read(String method) throws IOException {
    String statusLine = line(true);
    if (statusLine == null) {
      return null;
    }
    if (!statusLine.matches("HTTP/1\\.[01] [1-5]\\d\\d .*")) {
      throw new EOFException("no status line: " + statusLine);
    }
    int status = Integer.parseInt(statusLine.substring(9, 12));
    Map<String, String> headers = new HashMap<>();
    for (String line = line(false); !line.isEmpty(); line = line(false)) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    boolean toHead = method.equals("HEAD");
    boolean bodyless =
        toHead || status < 200 || status == 204 || status == 304 || isEndless(headers);
    byte[] body = bodyless ? new byte[0] : body(headers);
    String encoding = headers.getOrDefault("content-encoding", "identity");
    String text = new String(inflated(encoding, body), StandardCharsets.UTF_8);
    return new RawAnswer(status, Map.copyOf(headers), text, toHead);
  }

  /** Events come for as long as the client stays. */
  private static boolean isEndless(Map<String, String> headers) {
    return "text/event-stream".equals(headers.get("content-type"));
  }

  private static byte[] inflated(String encoding, byte[] body) throws IOException {
    if (body.length == 0) {
      return body;
    }
    ByteArrayInputStream in = new ByteArrayInputStream(body);
    return switch (encoding) {
      case "gzip" -> new GZIPInputStream(in).readAllBytes();
      case "deflate" -> new InflaterInputStream(in).readAllBytes();
      default -> body;
    };
  }

  private byte[] body(Map<String, String> headers) throws IOException {
    if ("chunked".equals(headers.get("transfer-encoding"))) {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      for (int size = chunkSize(); size > 0; size = chunkSize()) {
        all.write(exactly(size));
        line(false);
      }
      line(false);
      return all.toByteArray();
    }
    String length = headers.get("content-length");
    return length == null ? in.readAllBytes() : exactly(Integer.parseInt(length));
  }

  private int chunkSize() throws IOException {
    return Integer.parseInt(line(false), 16);
  }

  private byte[] exactly(int count) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw new EOFException("cut off after " + bytes.length + " of " + count + " bytes");
    }
    return bytes;
  }

  private String line(boolean mayEnd) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        if (mayEnd && line.size() == 0) {
          return null;
        }
        throw new EOFException("cut off in the head");
      }
      if (b != '\r') {
        line.write(b);
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
