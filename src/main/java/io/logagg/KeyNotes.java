package io.logagg;

import io.logagg.access.KeyStore;
import io.logagg.config.Config;
import io.logagg.config.Loopback;
import io.logagg.postgres.Database;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What whoever starts a server should know of API keys, whether or not it asks for them. */
final class KeyNotes {
  private static final Logger LOG = LoggerFactory.getLogger(KeyNotes.class);

  private KeyNotes() {}

  /** Warns where anybody may do anything. */
  static void warnOfStrangers(Config config) {
    String host = config.http().host();
    if (config.http().instances() > 0 && !config.auth().enabled() && !Loopback.includes(host)) {
      LOG.warn(
          "http.host {} is open to the network and no key is asked for: WHOEVER REACHES THIS PORT CAN"
              + " READ, CHANGE AND DELETE EVERYTHING. Set auth.enabled, or http.host to 127.0.0.1, or"
              + " see to it that only trusted programs reach it",
          host);
    }
  }

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
