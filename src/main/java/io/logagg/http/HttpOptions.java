package io.logagg.http;

import io.logagg.access.Authenticator;
import io.logagg.access.KeyStore;
import io.logagg.config.HttpConfig;
import io.logagg.config.StreamConfig;
import io.logagg.http.ingest.RateLimits;
import io.logagg.http.reply.LargeReplies;
import io.logagg.postgres.Database;
import io.logagg.protocol.RecordRules;
import io.logagg.query.TailFeed;
import io.logagg.record.Stamper;
import io.logagg.record.TimeWindow;
import io.logagg.stream.RedisSettings;
import io.logagg.stream.StreamNames;
import io.logagg.telemetry.Metrics;
import io.logagg.tls.Certificates;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/**
 * What the HTTP role needs.
 *
 * @param tls the same for all instances; empty for plain HTTP
 * @param authenticator recognises keys, the same for all instances
 * @param keys makes and changes keys, whether or not any are asked for
 * @param window which times records may have
 * @param rules what is done with every record
 * @param largeReplies the same for all instances
 * @param tails the same for all instances
 * @param connections those of the whole process
 * @param rates the same for all instances
 * @param maxDeadLetters how many dead letters may be on their stream, those of the mirror included
 * @param repeatWindowMs how long the repeat of a whole body is recognised, 0 for never
 * @param alerts how they are evaluated, and whom receivers may be
 * @param diskIsLow whether the embedded servers are about to run out of disk
 * @param embeddedProbe succeeds while the embedded servers are well; empty where there are none
 * @param onListening is told the port that is served
 * @param drainMs how long requests under way may take when the role stops
 */
public record HttpOptions(
    HttpConfig http,
    Optional<Certificates> tls,
    StreamConfig stream,
    RedisSettings redis,
    StreamNames names,
    Database database,
    Authenticator authenticator,
    KeyStore keys,
    Stamper stamper,
    TimeWindow window,
    RecordRules rules,
    Metrics metrics,
    LargeReplies largeReplies,
    TailFeed tails,
    OpenConnections connections,
    RateLimits rates,
    long maxDeadLetters,
    long repeatWindowMs,
    AlertSettings alerts,
    BooleanSupplier diskIsLow,
    Optional<Supplier<Future<Void>>> embeddedProbe,
    InstantSource clock,
    IntConsumer onListening,
    long drainMs) {}
