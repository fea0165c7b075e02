package io.logagg.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** A client of Server-Sent Events, which reads on a thread of its own once it is told to. */
public final class EventStream implements AutoCloseable {
  private final InputStream body;
  private final List<Event> events = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();
  private String lastId = "";
  private int comments;
  private boolean atEnd;

  private EventStream(InputStream body) {
    this.body = body;
  }

  /** One event; its data is JSON. */
  public record Event(String name, String id, JsonNode data) {}

  /** Follows a path. */
  public static EventStream open(RunningLogagg server, String path, String... headers) {
    EventStream stream = openUnread(server, path, headers);
    stream.read();
    return stream;
  }

  /** The same without reading anything. */
  public static EventStream openUnread(RunningLogagg server, String path, String... headers) {
    var answer = server.stream(server.request(path, headers).GET());
    assertEquals(200, answer.statusCode());
    assertEquals("text/event-stream", Api.header(answer, "Content-Type"));
    EventStream stream = new EventStream(answer.body());
    stream.text.append(answer.headers().map());
    return stream;
  }

  /** Begins to read. */
  public void read() {
    Thread reader = new Thread(this::readAll, "events");
    reader.setDaemon(true);
    reader.start();
  }

  private void readAll() {
    String name = "message";
    StringBuilder data = new StringBuilder();
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        synchronized (this) {
          text.append('\n').append(line);
        }
        if (line.isEmpty()) {
          if (!data.isEmpty()) {
            add(name, data.toString());
          }
          name = "message";
          data.setLength(0);
        } else if (line.startsWith(":")) {
          synchronized (this) {
            comments++;
          }
        } else if (line.startsWith("id: ")) {
          synchronized (this) {
            lastId = line.substring(4);
          }
        } else if (line.startsWith("event: ")) {
          name = line.substring(7);
        } else if (line.startsWith("data: ")) {
          data.append(line, 6, line.length());
        }
      }
    } catch (IOException e) {
      // Closed by one of the two sides, which is an end as well.
    }
    synchronized (this) {
      atEnd = true;
    }
  }

  private synchronized void add(String name, String data) {
    events.add(new Event(name, lastId, Api.parse(data)));
  }

  public synchronized String lastId() {
    return lastId;
  }

  public synchronized int comments() {
    return comments;
  }

  public synchronized boolean isAtEnd() {
    return atEnd;
  }

  /** All that came, as it came, behind the headers. */
  public synchronized String text() {
    return text.toString();
  }

  public synchronized List<Event> events() {
    return List.copyOf(events);
  }

  /** The events of this name so far. */
  public List<Event> events(String name) {
    return events().stream().filter(event -> event.name().equals(name)).toList();
  }

  /** The messages of the records so far, in order. */
  public List<String> messages() {
    return events("log").stream().map(event -> event.data().path("message").asText()).toList();
  }

  public List<String> awaitMessages(Predicate<List<String>> fits) {
    return Eventually.value("messages on the stream", this::messages, fits);
  }

  @Override
  public void close() {
    try {
      body.close();
    } catch (IOException e) {
      // It was closed already.
    }
  }
}
