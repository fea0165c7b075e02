package io.logagg;

import io.logagg.access.KeyStore;
import io.logagg.config.Config;
import io.logagg.config.Loopback;
import io.logagg.postgres.Database;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What whoever starts a server that asks for API keys should know. */
final class KeyNotes {
  private static final Logger LOG = LoggerFactory.getLogger(KeyNotes.class);

  private KeyNotes() {}

  /** Warns of what is missing, as soon as it can be told. */
  static void give(Config config, Database database, KeyStore keys) {
    if (!config.auth().enabled() || config.http().instances() == 0) {
      return;
    }
    if (!config.http().tls().enabled() && !Loopback.includes(config.http().host())) {
      LOG.warn(
          "API keys travel in the clear to http.host {}: set http.tls.certPath and http.tls.keyPath, or put a proxy"
              + " with TLS in front",
          config.http().host());
    }
    if (config.auth().adminKey() == null) {
      database
          .ready()
          .compose(done -> keys.hasAdmin())
          .onSuccess(KeyNotes::sayHowToMakeTheFirst)
          .onFailure(e -> LOG.debug("whether there is an admin key is not known", e));
    }
  }

  private static void sayHowToMakeTheFirst(boolean hasAdmin) {
    if (!hasAdmin) {
      LOG.warn(
          "auth.enabled is true, and no API key can make others yet: make the first with `java -jar logagg-fat.jar"
              + " keys create --name admin --scope admin`, with this configuration, or set auth.adminKey"
              + " (LOGAGG_AUTH_ADMIN_KEY)");
    }
  }
}
