package io.logagg.it.agents;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch._helpers.bulk.BulkIngester;
import co.elastic.clients.elasticsearch._helpers.bulk.BulkListener;
import co.elastic.clients.elasticsearch.core.BulkRequest;
import co.elastic.clients.elasticsearch.core.BulkResponse;
import co.elastic.clients.transport.BackoffPolicy;
import io.logagg.testing.Eventually;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Elasticsearch's client for Java, as an application uses it that wants all to arrive. */
final class ElasticJavaClient {
  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(60);

  private ElasticJavaClient() {}

  /** Does with bulk requests what an application has to: those that failed, it gives back. */
  static final class Resending implements BulkListener<Void> {
    final Queue<BulkRequest> failed = new ConcurrentLinkedQueue<>();
    final Queue<String> failures = new ConcurrentLinkedQueue<>();
    final AtomicInteger taken = new AtomicInteger();

    @Override
    public void beforeBulk(long id, BulkRequest request, List<Void> contexts) {}

    @Override
    public void afterBulk(
        long id, BulkRequest request, List<Void> contexts, BulkResponse response) {
      taken.addAndGet((int) response.items().stream().filter(i -> i.error() == null).count());
    }

    @Override
    public void afterBulk(long id, BulkRequest request, List<Void> contexts, Throwable failure) {
      failures.add(failure.toString());
      failed.add(request);
    }
  }

  static ElasticsearchClient open(String url, String key) {
    return ElasticsearchClient.of(c -> c.host(url + "/es").apiKey(key).useCompression(true));
  }

  /** Sends {@code message 0} and so on until all are taken. */
  static Resending ingest(ElasticsearchClient client, String app, int count) {
    Resending listener = new Resending();
    try (BulkIngester<Void> ingester =
        BulkIngester.of(
            b ->
                b.client(client)
                    .maxOperations(50)
                    .backoffPolicy(BackoffPolicy.constantBackoff(200L, 100))
                    .listener(listener))) {
      for (int i = 0; i < count; i++) {
        Map<String, Object> document =
            Map.of(
                "@timestamp",
                "2026-11-28T12:00:00." + (100 + i) + "Z",
                "log",
                Map.of("level", "warn"),
                "service",
                Map.of("name", "cart"),
                "message",
                "message " + i,
                "number",
                i);
        String id = app + "-" + i;
        String index = "logs-" + app + "-default";
        ingester.add(o -> o.create(c -> c.index(index).id(id).document(document)));
      }
      Eventually.value(
          "all taken",
          LIMIT_NANOS,
          () -> {
            BulkRequest again = listener.failed.poll();
            if (again != null) {
              again.operations().forEach(ingester::add);
            }
            ingester.flush();
            return listener.taken.get();
          },
          taken -> taken >= count);
    }
    return listener;
  }
}
