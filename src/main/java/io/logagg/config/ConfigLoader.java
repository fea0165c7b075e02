package io.logagg.config;

import io.vertx.config.ConfigRetriever;
import io.vertx.config.ConfigRetrieverOptions;
import io.vertx.config.ConfigStoreOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the configuration: the defaults, over them the file, over it the environment. Safe for use
 * by several threads.
 */
public final class ConfigLoader {
  private final Vertx vertx;
  private final Map<String, String> environment;

  /**
   * @param vertx runs the reading
   * @param environment the environment variables
   */
  public ConfigLoader(Vertx vertx, Map<String, String> environment) {
    this.vertx = vertx;
    this.environment = Map.copyOf(environment);
  }

  /**
   * Reads and checks everything. Fails with a {@link ConfigException} that lists all mistakes.
   *
   * @param conf path of a JSON file, or a JSON object written out, or null for none
   */
  public Future<LoadedConfig> load(@Nullable String conf) {
    EnvironmentOverrides overrides = EnvironmentOverrides.of(environment);
    return vertx
        .executeBlocking(() -> ConfigSource.read(conf))
        .compose(
            source ->
                merge(source, overrides)
                    .map(merged -> new ConfigChecker(source, overrides).check(merged)));
  }

  private Future<JsonObject> merge(ConfigSource source, EnvironmentOverrides overrides) {
    ConfigRetrieverOptions options = new ConfigRetrieverOptions().setScanPeriod(-1);
    source.store().ifPresent(options::addStore);
    options.addStore(new ConfigStoreOptions().setType("json").setConfig(overrides.json()));
    ConfigRetriever retriever = ConfigRetriever.create(vertx, options);
    return retriever
        .getConfig()
        .eventually(retriever::close)
        .recover(e -> Future.failedFuture(unreadable(source)));
  }

  /** The file was good a moment ago, when it was checked. */
  private static ConfigException unreadable(ConfigSource source) {
    return new ConfigException(
        source.name(),
        List.of(
            new ConfigProblem(
                "-conf", TextShape.quoted(source.name()), "must not change while it is read")));
  }
}
