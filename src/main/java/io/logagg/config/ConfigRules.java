package io.logagg.config;

import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** What must hold between keys that are right by themselves. */
final class ConfigRules {

  /**
   * One rule.
   *
   * @param keys the keys it is about; a violation is reported for the first one
   * @param broken whether a configuration violates it
   * @param advice what would be right; names the other keys
   */
  record Rule(List<String> keys, Predicate<Config> broken, String advice) {}

  private static final List<Rule> GENERAL =
      List.of(
          new Rule(
              List.of("http.host", "auth.enabled", "auth.allowAnonymousNetwork"),
              c ->
                  !c.auth().enabled()
                      && !c.auth().allowAnonymousNetwork()
                      && !Loopback.includes(c.http().host()),
              "must be a loopback address such as 127.0.0.1, unless auth.enabled or auth.allowAnonymousNetwork is"
                  + " true"),
          new Rule(
              List.of("metrics.host", "auth.allowAnonymousNetwork"),
              c -> !c.auth().allowAnonymousNetwork() && !Loopback.includes(c.metrics().host()),
              "must be a loopback address such as 127.0.0.1, unless auth.allowAnonymousNetwork is true"),
          new Rule(
              List.of("syslog.host", "auth.allowAnonymousNetwork"),
              c -> !c.auth().allowAnonymousNetwork() && !Loopback.includes(c.syslog().host()),
              "must be a loopback address such as 127.0.0.1, unless auth.allowAnonymousNetwork is true"),
          new Rule(
              List.of("gelf.host", "auth.allowAnonymousNetwork"),
              c -> !c.auth().allowAnonymousNetwork() && !Loopback.includes(c.gelf().host()),
              "must be a loopback address such as 127.0.0.1, unless auth.allowAnonymousNetwork is true"),
          new Rule(
              List.of("syslog.tlsPort", "http.tls.certPath"),
              c -> c.syslog().tlsPort() > 0 && !c.http().tls().enabled(),
              "must be 0 unless http.tls.certPath and http.tls.keyPath are set"),
          new Rule(
              List.of("syslog.tcpPort", "syslog.tlsPort", "gelf.tcpPort", "http.port"),
              c ->
                  samePort(
                          c.syslog().tcpPort(),
                          c.syslog().tlsPort(),
                          c.gelf().tcpPort(),
                          httpPort(c))
                      || samePort(c.syslog().tlsPort(), c.gelf().tcpPort(), httpPort(c))
                      || samePort(c.gelf().tcpPort(), httpPort(c)),
              "must differ from syslog.tlsPort, gelf.tcpPort and http.port, as these must from each other"),
          new Rule(
              List.of("syslog.udpPort", "gelf.udpPort"),
              c -> samePort(c.syslog().udpPort(), c.gelf().udpPort()),
              "must differ from gelf.udpPort, or be 0"),
          new Rule(
              List.of("http.maxRecordBytes", "http.maxBodyBytes"),
              c -> c.http().maxRecordBytes() > c.http().maxBodyBytes(),
              "must be at most http.maxBodyBytes"),
          new Rule(
              List.of("dlq.maxBytes", "http.maxRecordBytes"),
              c -> c.dlq().maxBytes() < c.http().maxRecordBytes(),
              "must be at least http.maxRecordBytes"),
          new Rule(
              List.of("http.tls.certPath", "http.tls.keyPath"),
              c -> c.http().tls().certPath() == null && c.http().tls().keyPath() != null,
              "must be set together with http.tls.keyPath"),
          new Rule(
              List.of("http.tls.keyPath", "http.tls.certPath"),
              c -> c.http().tls().keyPath() == null && c.http().tls().certPath() != null,
              "must be set together with http.tls.certPath"),
          new Rule(
              List.of("stream.dlqKey", "stream.key"),
              c -> c.stream().dlqKey().equals(c.stream().key()),
              "must differ from stream.key"),
          new Rule(
              List.of("persistence.instances", "consumer.instances"),
              c -> c.consumer().instances() > 0 && c.persistence().instances() == 0,
              "must be at least 1 where consumer.instances is above 0, since batches are handed over within the"
                  + " process"),
          new Rule(
              List.of("http.instances", "consumer.instances", "persistence.instances"),
              c ->
                  c.http().instances() == 0
                      && c.consumer().instances() == 0
                      && c.persistence().instances() == 0,
              "must be at least 1 where consumer.instances and persistence.instances are 0, the process would do"
                  + " nothing"),
          new Rule(
              List.of("storage.indexedFields"),
              c ->
                  c.storage().indexedFields().size() > StorageConfig.INDEXED_FIELDS_MAX
                      || Set.copyOf(c.storage().indexedFields()).size()
                          < c.storage().indexedFields().size(),
              "must be a list of at most 16 different fields"),
          new Rule(
              List.of("metrics.port", "http.port"),
              c -> c.http().instances() > 0 && samePort(c.metrics().port(), c.http().port()),
              "must differ from http.port, or be 0"),
          new Rule(
              List.of("embedded.postgresPort", "http.port", "embedded.redisPort"),
              c -> samePort(c.embedded().postgresPort(), c.http().port(), c.embedded().redisPort()),
              "must differ from http.port and embedded.redisPort, or be 0"),
          new Rule(
              List.of("embedded.redisPort", "http.port"),
              c -> samePort(c.embedded().redisPort(), c.http().port()),
              "must differ from http.port, or be 0"));

  static final List<Rule> RULES = FieldRules.with(GENERAL);

  private ConfigRules() {}

  private static int httpPort(Config c) {
    return c.http().instances() > 0 ? c.http().port() : 0;
  }

  private static boolean samePort(int port, int... others) {
    return port != 0 && IntStream.of(others).anyMatch(other -> other == port);
  }
}
