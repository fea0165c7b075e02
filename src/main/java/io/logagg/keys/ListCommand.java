package io.logagg.keys;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.logagg.access.ApiKey;
import io.logagg.access.KeyStore;
import io.logagg.access.KeyStore.Place;
import io.logagg.command.CommandDatabase;
import io.vertx.core.Future;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prints all keys, revoked ones too, without their secrets. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = "Lists the API keys, without their secrets.")
final class ListCommand implements Callable<Integer> {
  private static final int PAGE = 1000;

  @Mixin private CommandDatabase database = new CommandDatabase();

  @Option(names = "--json", description = "As a JSON array, as the API shows them.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    return KeyWork.run(
        database,
        store ->
            from(store, null, new ArrayList<>())
                .map(
                    keys -> {
                      System.out.print(json ? json(keys) : KeyTable.of(keys));
                      return ExitCode.OK;
                    }));
  }

  private static Future<List<ApiKey>> from(
      KeyStore store, @Nullable Place after, List<ApiKey> before) {
    return store
        .list(after, PAGE)
        .compose(
            page -> {
              before.addAll(page);
              return page.size() < PAGE
                  ? Future.succeededFuture(before)
                  : from(store, Place.of(page.get(PAGE - 1)), before);
            });
  }

  private static String json(List<ApiKey> keys) {
    try {
      return new ObjectMapper().writeValueAsString(keys.stream().map(ApiKey::shown).toList())
          + "\n";
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("plain values can be written", e);
    }
  }
}
