package io.logagg.http;

import io.logagg.alerting.AlertPreview;
import io.logagg.bus.Bus;
import io.logagg.config.HttpConfig;
import io.logagg.http.about.DocsRoutes;
import io.logagg.http.about.OperationRoutes;
import io.logagg.http.admin.AppRoutes;
import io.logagg.http.admin.DlqRoutes;
import io.logagg.http.admin.KeyRoutes;
import io.logagg.http.admin.StorageRoutes;
import io.logagg.http.agents.DatadogRoutes;
import io.logagg.http.agents.ElasticHandshake;
import io.logagg.http.agents.ElasticRoutes;
import io.logagg.http.agents.GelfRoutes;
import io.logagg.http.agents.HecRoutes;
import io.logagg.http.agents.LokiRoutes;
import io.logagg.http.agents.OtlpRoutes;
import io.logagg.http.agents.RootRoutes;
import io.logagg.http.agents.SeqRoutes;
import io.logagg.http.alerts.AlertRoutes;
import io.logagg.http.alerts.DeliveryRoutes;
import io.logagg.http.alerts.PreviewRoutes;
import io.logagg.http.alerts.ReceiverRoutes;
import io.logagg.http.analytics.CompareRoutes;
import io.logagg.http.analytics.FieldRoutes;
import io.logagg.http.analytics.PatternRoutes;
import io.logagg.http.analytics.SavedRoutes;
import io.logagg.http.analytics.SeriesRoutes;
import io.logagg.http.analytics.StatsRoutes;
import io.logagg.http.analytics.TopRoutes;
import io.logagg.http.ingest.IngestContext;
import io.logagg.http.ingest.IngestDesk;
import io.logagg.http.ingest.IngestGate;
import io.logagg.http.ingest.IngestLimits;
import io.logagg.http.ingest.IngestMemory;
import io.logagg.http.ingest.IngestMeters;
import io.logagg.http.ingest.IngestPath;
import io.logagg.http.ingest.IngestRoutes;
import io.logagg.http.ingest.ReadBuffers;
import io.logagg.http.ingest.RecordRoutes;
import io.logagg.http.ingest.RepeatedBodies;
import io.logagg.http.ingest.RunningIngests;
import io.logagg.http.logs.ContextRoutes;
import io.logagg.http.logs.LogRoutes;
import io.logagg.http.reply.LargeReplies;
import io.logagg.http.routing.RouteGroup;
import io.logagg.http.tail.TailRoutes;
import io.logagg.persistence.AlertHistory;
import io.logagg.persistence.AlertReceivers;
import io.logagg.persistence.AlertRules;
import io.logagg.persistence.AppStore;
import io.logagg.persistence.BodyLedger;
import io.logagg.persistence.DeadLetterEditor;
import io.logagg.persistence.LogEditor;
import io.logagg.persistence.RequestLedger;
import io.logagg.persistence.SavedQueries;
import io.logagg.persistence.StorageOrders;
import io.logagg.persistence.StorageState;
import io.logagg.postgres.Database;
import io.logagg.protocol.JsonRecordDecoder;
import io.logagg.query.DeadLetterSearch;
import io.logagg.query.FieldCounts;
import io.logagg.query.FieldSample;
import io.logagg.query.LogHistogram;
import io.logagg.query.LogNeighbours;
import io.logagg.query.LogPatterns;
import io.logagg.query.LogScan;
import io.logagg.query.LogSearch;
import io.logagg.query.LogSeries;
import io.logagg.query.LogStats;
import io.logagg.query.RareMatches;
import io.logagg.query.StoredKeys;
import io.logagg.stream.SeenBodies;
import io.logagg.stream.StreamAppender;
import io.logagg.telemetry.Health;
import io.logagg.telemetry.Health.Check;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * All groups of routes of one verticle, with what each needs. A group that is not in the list is
 * not served. Belongs to one verticle's context.
 */
final class RouteGroups {
  private static final long MIN_INGEST_BYTES = 4 << 20;

  /** Room for the windows of a few zstd streams. */
  private static final long MIN_WINDOW_BYTES = 32 << 20;

  private final Vertx vertx;
  private final HttpOptions options;
  private final StreamAppender stream;
  private final IngestGate gate;
  private final RunningIngests running;
  private final Database database;
  private final Bus bus;
  private final JsonRecordDecoder decoder;
  private final LogSearch search;
  private final IngestMeters meters;
  private final TailRoutes tails;

  RouteGroups(
      Vertx vertx,
      HttpOptions options,
      StreamAppender stream,
      IngestGate gate,
      RunningIngests running) {
    this.vertx = vertx;
    this.options = options;
    this.stream = stream;
    this.gate = gate;
    this.running = running;
    this.database = options.database();
    this.bus = Bus.of(vertx, database.settings().writeTimeoutMs() + 1000);
    this.decoder = new JsonRecordDecoder(options.window(), options.rules());
    this.search = new LogSearch(database);
    this.meters = new IngestMeters(options.metrics());
    this.tails =
        new TailRoutes(
            options.tails(), options.clock(), options.http().idleTimeoutMs(), options.metrics());
  }

  /** The one whose answers go on until they are ended. */
  TailRoutes tails() {
    return tails;
  }

  /** In the order in which they are mounted. */
  List<RouteGroup> all() {
    return Stream.of(
            writing(),
            reading(),
            alerting(),
            managing(),
            List.of(new DocsRoutes(), new RootRoutes(), new ElasticHandshake()))
        .flatMap(List::stream)
        .toList();
  }

  private List<RouteGroup> writing() {
    IngestContext context = ingest();
    RecordRoutes records =
        new RecordRoutes(
            bus,
            search,
            decoder,
            options.stamper(),
            options.http().maxRecordBytes(),
            context.memory(),
            options.diskIsLow(),
            options.rates(),
            meters);
    IngestRoutes own = new IngestRoutes(vertx, context, new RequestLedger(database));
    return Stream.of(List.of(own, records), agents(new IngestDesk(context)))
        .flatMap(List::stream)
        .toList();
  }

  /** The ways in for agents that speak another protocol. */
  private static List<RouteGroup> agents(IngestDesk desk) {
    return List.of(
        new SeqRoutes(desk),
        new ElasticRoutes(desk),
        new OtlpRoutes(desk),
        new LokiRoutes(desk),
        new HecRoutes(desk),
        new DatadogRoutes(desk),
        new GelfRoutes(desk));
  }

  private IngestContext ingest() {
    HttpConfig http = options.http();
    IngestLimits limits =
        new IngestLimits(
            http.maxBodyBytes(),
            http.maxAgentBodyBytes(),
            http.maxRecordBytes(),
            options.stream().maxRecordsPerEntry(),
            // Later the connection would count as idle, and be closed without an answer.
            Math.min(http.pauseTimeoutMs(), http.idleTimeoutMs() / 2));
    meters.show(gate);
    return new IngestContext(
        vertx,
        new IngestPath(stream, bus, gate, limits.maxRecordsPerEntry() == 1, meters),
        gate,
        memory(),
        new ReadBuffers(),
        running,
        limits,
        options.rates(),
        decoder,
        options.stamper(),
        new StoredKeys(database),
        new RepeatedBodies(
            new SeenBodies(stream),
            new BodyLedger(database),
            options.stamper(),
            options.repeatWindowMs(),
            System::nanoTime),
        options.redis().random(),
        meters);
  }

  /** So that all instances together take up to an eighth of the heap for each account. */
  private IngestMemory memory() {
    long share = Runtime.getRuntime().maxMemory() / 8 / Math.max(1, options.http().instances());
    IngestMemory memory =
        new IngestMemory(Math.max(MIN_INGEST_BYTES, share), Math.max(MIN_WINDOW_BYTES, share));
    meters.show(memory);
    return memory;
  }

  private List<RouteGroup> reading() {
    InstantSource clock = options.clock();
    LargeReplies large = options.largeReplies();
    LogScan scan = new LogScan(database);
    RareMatches rare = new RareMatches(database);
    LogStats stats = new LogStats(database);
    FieldCounts counts = new FieldCounts(database);
    FieldSample fields = new FieldSample(database);
    LogPatterns patterns = new LogPatterns(vertx, database, LogPatterns.Limits.USUAL);
    return List.of(
        // Before the others, whose {id} it is not.
        tails,
        new LogRoutes(search, scan, rare, large, new LogEditor(database, clock), stats, clock),
        new ContextRoutes(new LogNeighbours(search, scan, rare)),
        new StatsRoutes(stats, new LogHistogram(database), large, clock),
        new PatternRoutes(patterns, large, clock),
        new TopRoutes(counts, fields, clock),
        new CompareRoutes(counts, large, clock),
        new FieldRoutes(fields, clock),
        new SeriesRoutes(new LogSeries(database), large, clock));
  }

  private List<RouteGroup> alerting() {
    InstantSource clock = options.clock();
    AlertHistory history = new AlertHistory(database);
    return List.of(
        // Before the rules, whose {id} they are not.
        new PreviewRoutes(
            new AlertPreview(vertx, database),
            options.largeReplies(),
            clock,
            options.alerts().delayMs()),
        new ReceiverRoutes(new AlertReceivers(database), options.alerts().hosts()),
        new DeliveryRoutes(history),
        new AlertRoutes(new AlertRules(database, clock), history));
  }

  private List<RouteGroup> managing() {
    InstantSource clock = options.clock();
    DlqRoutes deadLetters =
        new DlqRoutes(
            new DeadLetterSearch(database),
            new DeadLetterEditor(database),
            bus,
            clock,
            options.http().maxRecordBytes());
    return List.of(
        new SavedRoutes(new SavedQueries(database), clock),
        new AppRoutes(new AppStore(database)),
        deadLetters,
        new StorageRoutes(new StorageState(database), new StorageOrders(database), clock),
        new KeyRoutes(options.keys(), options.authenticator(), clock),
        new OperationRoutes(health(), options.metrics()));
  }

  private Health health() {
    Health health = new Health(vertx, RouteGroups::anyRoleWorks);
    health.add("postgres", () -> database.ping(1500));
    health.add("redis", stream::ping);
    health.add("stream", gate::probe);
    options.embeddedProbe().ifPresent(probe -> health.add("embedded", probe));
    return health;
  }

  /** Records can be taken, or read, as long as either server is there. */
  private static boolean anyRoleWorks(Map<String, Check> checks) {
    return Health.isUp(checks, "postgres") || Health.isUp(checks, "redis");
  }
}
