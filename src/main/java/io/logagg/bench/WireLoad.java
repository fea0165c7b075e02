package io.logagg.bench;

import io.logagg.bench.LoadConnection.Answer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Sends records by one protocol, over a few connections, each request as soon as the last was
 * answered. Each body is made anew, since the same one could be taken for a repeat.
 */
final class WireLoad {
  private static final long REFUSED_PAUSE_MS = 20;
  private static final int SAMPLES = 4000;

  private final WireFormat format;
  private final int port;
  private final int batch;
  private final AtomicInteger requestsLeft;
  private final LongAdder refusals = new LongAdder();
  private volatile @Nullable Exception failure;

  /**
   * What to send.
   *
   * @param port of the route, or of the socket
   * @param batch records per request
   */
  WireLoad(WireFormat format, int port, int batch, int requests) {
    this.format = format;
    this.port = port;
    this.batch = batch;
    this.requestsLeft = new AtomicInteger(requests);
  }

  /** How many requests were answered with 429 or 503, and sent again. */
  long refusals() {
    return refusals.sum();
  }

  /** Sends all of it; done once it is acknowledged, or written where nothing is. */
  void run(int connections, long seed) throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      SplittableRandom random = new SplittableRandom(seed + i);
      Thread thread = new Thread(() -> send(random), "load-" + i);
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join();
    }
    Exception failed = failure;
    if (failed != null) {
      throw new IllegalStateException("the load could not be sent", failed);
    }
  }

  private void send(SplittableRandom random) {
    List<WireRecord> samples = new ArrayList<>(SAMPLES);
    for (int i = 0; i < SAMPLES; i++) {
      samples.add(WireRecord.sample(random));
    }
    try {
      if (format.isSocket()) {
        write(samples, random);
      } else {
        post(samples, random);
      }
    } catch (IOException | InterruptedException | RuntimeException e) {
      failure = e;
    }
  }

  private void write(List<WireRecord> samples, SplittableRandom random) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      OutputStream out = socket.getOutputStream();
      while (requestsLeft.getAndDecrement() > 0 && failure == null) {
        out.write(body(samples, random));
      }
    }
  }

  private void post(List<WireRecord> samples, SplittableRandom random)
      throws IOException, InterruptedException {
    String headers = "Content-Type: " + format.contentType() + "\r\n";
    try (LoadConnection connection = new LoadConnection(port, format.path(), headers)) {
      while (requestsLeft.getAndDecrement() > 0 && failure == null) {
        ByteBuffer body = ByteBuffer.wrap(body(samples, random));
        Answer answer = connection.post(body);
        while (answer.isRefusal()) {
          refusals.increment();
          TimeUnit.MILLISECONDS.sleep(REFUSED_PAUSE_MS);
          answer = connection.post(body.rewind());
        }
        if (answer.status() / 100 != 2) {
          throw new IOException(format.name() + " was answered " + answer.status());
        }
      }
    }
  }

  private byte[] body(List<WireRecord> samples, SplittableRandom random) {
    long micros = System.currentTimeMillis() * 1000;
    int first = random.nextInt(samples.size());
    List<WireRecord> records = new ArrayList<>(batch);
    for (int i = 0; i < batch; i++) {
      records.add(samples.get((first + i) % samples.size()).at(micros + i, random));
    }
    return format.body().of(records);
  }
}
