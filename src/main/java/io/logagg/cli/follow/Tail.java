package io.logagg.cli.follow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.logagg.cli.client.Address;
import io.logagg.cli.client.ApiClient;
import io.logagg.cli.client.ClientException;
import io.logagg.cli.client.Refusal;
import io.logagg.cli.client.Reply;
import io.logagg.cli.client.Retry;
import io.logagg.cli.follow.ServerEvents.Event;
import io.logagg.retry.Backoff;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Follows what is stored and matches, and goes on where it was when the connection breaks or the
 * server restarts: no record is missed or told twice, unless the server says so. Belongs to one
 * thread.
 */
public final class Tail {
  private static final long MIN_MS = 200;
  private static final long MAX_MS = 5_000;

  private final ApiClient client;
  private final Address address;
  private final Listener listener;
  private final Retry.Pause pause;
  private final Backoff backoff;
  private final ObjectMapper json = new ObjectMapper();
  private String position = "";
  private boolean wasThere;
  private boolean isBroken;

  /** Is told what comes. */
  public interface Listener {
    /**
     * The first connection stands; what is stored from now on will come.
     *
     * @return ids of records that are known already, some of which may come
     */
    Set<String> begin() throws InterruptedException;

    /** Records, at least one, each as JSON; more may follow at once. */
    void records(List<byte[]> records);

    /** Something for people: that records were missed, or the connection broke. */
    void note(String text);
  }

  /**
   * Follows nothing yet.
   *
   * @param filters as parameters of the path
   */
  public Tail(
      ApiClient client,
      Address filters,
      Listener listener,
      Retry.Pause pause,
      RandomGenerator random) {
    this.client = client;
    this.address = filters;
    this.listener = listener;
    this.pause = pause;
    this.backoff = new Backoff(MIN_MS, MAX_MS, random);
  }

  /**
   * Follows until the thread is interrupted.
   *
   * @throws ClientException if the server was not there at first, or refuses
   */
  public void run() throws InterruptedException {
    Set<String> known = new java.util.HashSet<>();
    while (true) {
      String why;
      try (Reply reply = client.get(address, headers())) {
        ServerEvents events = new ServerEvents(reply.body());
        follow(events, known);
        why = "the server ended it";
      } catch (ClientException e) {
        if (!wasThere || !e.mayPass()) {
          throw e;
        }
        why = e.text();
        Refusal refusal = e.refusal();
        if (refusal != null) {
          pause.ms(refusal.retryAfterMs().orElse(0));
        }
      } catch (IOException e) {
        why = client.away(e).text();
      }
      tellBroken(why);
      pause.ms(backoff.nextMs());
    }
  }

  private Map<String, String> headers() {
    Map<String, String> headers = new HashMap<>(Map.of("Accept", "text/event-stream"));
    if (!position.isEmpty()) {
      headers.put("Last-Event-ID", position);
    }
    return headers;
  }

  private void tellBroken(String why) {
    if (!isBroken) {
      isBroken = true;
      listener.note(why + "; trying again");
    }
  }

  private void follow(ServerEvents events, Set<String> known)
      throws IOException, InterruptedException {
    for (Event event = events.next(); event != null; event = events.next()) {
      if (!wasThere) {
        // The first event is the position from which on all will come.
        known.addAll(listener.begin());
        wasThere = true;
      }
      if (isBroken) {
        isBroken = false;
        listener.note("connected again");
      }
      backoff.reset();
      take(event, known);
      if (!event.id().isEmpty()) {
        position = event.id();
      }
    }
  }

  private void take(Event event, Set<String> known) {
    switch (event.name()) {
      case "log" -> {
        byte[] record = event.bytes();
        if (known.isEmpty() || !known.remove(id(event.data()))) {
          listener.records(List.of(record));
        }
      }
      case "missed" -> {
        JsonNode data = parsed(event.data());
        listener.note(
            "%s%d records were missed: they came faster than they could be read"
                .formatted(
                    data.path("at_most").asBoolean() ? "up to " : "",
                    data.path("missed").asLong()));
      }
      case "gap" ->
          listener.note(
              "records may be missing here: " + parsed(event.data()).path("reason").asText());
      default -> {} // A position, or what a later version tells.
    }
  }

  private String id(String record) {
    return parsed(record).path("id").asText();
  }

  private JsonNode parsed(String data) {
    try {
      return json.readTree(data);
    } catch (JsonProcessingException e) {
      throw ClientException.failed("the server sent an event that is no JSON");
    }
  }
}
