package io.logagg.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What must hold for each key of the table, whichever keys there are. */
final class ConfigKeysTest {
  private static Loading loading;

  @BeforeAll
  static void open() {
    loading = new Loading();
  }

  @AfterAll
  static void close() {
    loading.close();
  }

  static List<ConfigKey> keys() {
    return ConfigTable.KEYS;
  }

  static List<ConfigKey> numbers() {
    return keys().stream().filter(key -> key.type() instanceof KeyType.WholeNumber).toList();
  }

  /** Everything that is false by default, so that the rules between keys leave each key alone. */
  private static JsonObject permissive() {
    return new JsonObject()
        .put("auth", new JsonObject().put("allowAnonymousNetwork", true))
        .put("http", new JsonObject().put("maxRecordBytes", 1024));
  }

  private static JsonObject permissiveWith(String path, Object value) {
    JsonObject json = permissive().mergeIn(Loading.jsonWith(path, value), true);
    if (path.startsWith("http.tls.")) {
      String other = path.equals("http.tls.keyPath") ? "http.tls.certPath" : "http.tls.keyPath";
      json.mergeIn(Loading.jsonWith(other, "other.pem"), true);
    }
    if (path.equals("syslog.tlsPort")) {
      json.mergeIn(Loading.jsonWith("http.tls.certPath", "cert.pem"), true);
      json.mergeIn(Loading.jsonWith("http.tls.keyPath", "key.pem"), true);
    }
    if (path.equals("http.maxRecordBytes")) {
      json.mergeIn(Loading.jsonWith("http.maxBodyBytes", 1L << 40), true);
    }
    return json;
  }

  private static Object otherThanDefault(ConfigKey key) {
    if (key.type() instanceof KeyType.WholeNumber range) {
      long byDefault = (Long) key.defaultValue();
      return byDefault < range.max() ? byDefault + 1 : byDefault - 1;
    }
    if (key.type() instanceof KeyType.Ratio) {
      return 0.5;
    }
    if (key.type() instanceof KeyType.Flag) {
      return !((Boolean) key.defaultValue());
    }
    if (key.type() instanceof KeyType.TextList list && list.shape() == TextShape.HOST) {
      return new JsonArray().add("one.example").add("2001:db8::1");
    }
    if (key.type() instanceof KeyType.TextList list && list.shape() == TextShape.REDACTION) {
      return new JsonArray().add("bearer").add("email");
    }
    if (key.type() instanceof KeyType.TextList list
        && (list.shape() == TextShape.CONSTANT || list.shape() == TextShape.PATTERN)) {
      return new JsonArray().add("one=a b=c").add("two=[0-9]{4}");
    }
    if (key.type() instanceof KeyType.TextList) {
      return new JsonArray().add("https://one.example").add("http://two.example:8080");
    }
    return switch (((KeyType.Text) key.type()).shape()) {
      case HOST -> "logs.example.com";
      case NAME, PATH, ORIGIN, SECRET, FIELD, CONSTANT, REDACTION, PATTERN -> "other-than-default";
      case LOG_LEVEL -> "ERROR";
      case ZONE -> "Europe/Berlin";
      case HTTP_URL -> "https://[::1]:4318/otlp";
      case POSTGRES_URL -> "postgres://me:secret@db.example:5433/logs?sslmode=verify-full";
      case REDIS_URL -> "rediss://me:secret@redis.example:6380/3";
    };
  }

  /** The value as the record holds it, found by the components' names. */
  private static Object valueIn(Object section, String path) throws ReflectiveOperationException {
    int dot = path.indexOf('.');
    String name = dot < 0 ? path : path.substring(0, dot);
    Object value = section.getClass().getMethod(name).invoke(section);
    return dot < 0 ? value : valueIn(value, path.substring(dot + 1));
  }

  private static Object plain(Object value) {
    if (value instanceof JsonArray list) {
      return list.getList();
    }
    return value instanceof Integer number ? Long.valueOf(number) : value;
  }

  @ParameterizedTest
  @MethodSource("keys")
  void shouldReadBackWhatTheFileSays(ConfigKey key) throws Exception {
    Object value = otherThanDefault(key);
    Config config = loading.load(permissiveWith(key.path(), value).encode(), Map.of()).config();
    assertEquals(plain(value), plain(valueIn(config, key.path())));
    assertNotEquals(plain(key.defaultValue()), plain(valueIn(config, key.path())));
  }

  @ParameterizedTest
  @MethodSource("keys")
  void shouldReadBackWhatTheEnvironmentSays(ConfigKey key) throws Exception {
    Object value = otherThanDefault(key);
    String text =
        value instanceof JsonArray list
            ? String.join(" , ", list.stream().map(String::valueOf).toList())
            : value.toString();
    Object inFile = key.type() instanceof KeyType.Flag ? key.defaultValue() : null;
    JsonObject file = permissiveWith(key.path(), value);
    if (inFile != null) {
      file.mergeIn(Loading.jsonWith(key.path(), inFile), true);
    }
    Config config = loading.load(file.encode(), Map.of(key.environmentName(), text)).config();
    assertEquals(plain(value), plain(valueIn(config, key.path())));
  }

  @ParameterizedTest
  @MethodSource("keys")
  void shouldHaveTheTablesDefault(ConfigKey key) throws Exception {
    assertEquals(key.defaultValue(), plain(valueIn(Config.defaults(), key.path())));
  }

  @Test
  void shouldHaveAKeyForEveryComponent() {
    assertEquals(new HashSet<>(componentPaths(Config.class, "")), ConfigTable.paths());
    assertEquals(ConfigTable.KEYS.size(), ConfigTable.paths().size(), "a path stands twice");
  }

  private static List<String> componentPaths(Class<?> type, String prefix) {
    List<String> paths = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      String path = prefix + component.getName();
      if (component.getType().isRecord()) {
        paths.addAll(componentPaths(component.getType(), path + "."));
      } else {
        paths.add(path);
      }
    }
    return paths;
  }

  @Test
  void shouldNameEveryVariableOnce() {
    Set<String> names = new HashSet<>();
    for (ConfigKey key : keys()) {
      assertTrue(names.add(key.environmentName()), key.environmentName());
      assertTrue(
          key.olderEnvironmentName() == null || names.add(key.olderEnvironmentName()), key.path());
    }
  }

  @ParameterizedTest
  @MethodSource("numbers")
  void shouldAcceptBothBounds(ConfigKey key) throws Exception {
    KeyType.WholeNumber range = (KeyType.WholeNumber) key.type();
    for (long bound : new long[] {range.min(), range.max()}) {
      JsonObject json = permissiveWith(key.path(), bound);
      if (key.path().equals("persistence.instances")) {
        json.mergeIn(Loading.jsonWith("consumer.instances", 0), true);
      }
      Config config = loading.load(json.encode(), Map.of()).config();
      assertEquals(bound, plain(valueIn(config, key.path())));
    }
  }

  @ParameterizedTest
  @MethodSource("numbers")
  void shouldRejectWhatLiesBeyondTheBounds(ConfigKey key) {
    KeyType.WholeNumber range = (KeyType.WholeNumber) key.type();
    for (long wrong : new long[] {range.min() - 1, range.max() + 1, Long.MAX_VALUE}) {
      String right = "must be a whole number from %d to %d".formatted(range.min(), range.max());
      assertEquals(
          List.of("%s is %d: %s".formatted(key.path(), wrong, right)),
          loading.problems(permissiveWith(key.path(), wrong).encode(), Map.of()));
      assertEquals(
          List.of(
              "%s is \"%d\" (%s): %s".formatted(key.path(), wrong, key.environmentName(), right)),
          loading.problems(null, Map.of(key.environmentName(), Long.toString(wrong))));
    }
  }

  @ParameterizedTest
  @MethodSource("keys")
  void shouldRejectEveryOtherType(ConfigKey key) {
    List<Object> wrongs = new ArrayList<>(List.of(new JsonObject(), 1.5));
    if (!(key.type() instanceof KeyType.TextList)) {
      wrongs.add(new JsonArray().add("text"));
    }
    if (!(key.type() instanceof KeyType.Text)) {
      wrongs.add("8000");
    }
    if (!(key.type() instanceof KeyType.Flag)) {
      wrongs.add(true);
    }
    if (!(key.type() instanceof KeyType.WholeNumber)) {
      wrongs.add(8000);
    }
    for (Object wrong : wrongs) {
      List<ConfigProblem> problems =
          loading.refusal(permissiveWith(key.path(), wrong).encode(), Map.of()).problems();
      assertEquals(1, problems.size(), problems::toString);
      assertEquals(key.path(), problems.get(0).key());
    }
  }

  @ParameterizedTest
  @MethodSource("keys")
  void shouldTakeNullOnlyWhereThereIsNoDefault(ConfigKey key) throws Exception {
    JsonObject json = Loading.jsonWith(key.path(), null);
    if (key.nullable()) {
      assertEquals(Config.defaults(), loading.load(json.encode(), Map.of()).config());
    } else {
      assertTrue(
          loading.problems(json.encode(), Map.of()).get(0).startsWith(key.path() + " is null: "));
    }
  }

  @Test
  void shouldReportAMistakeInEveryKeyAtOnce() {
    JsonObject json = new JsonObject();
    keys().forEach(key -> json.mergeIn(Loading.jsonWith(key.path(), new JsonObject()), true));
    List<String> reported =
        loading.refusal(json.encode(), Map.of()).problems().stream()
            .map(ConfigProblem::key)
            .toList();
    assertEquals(List.copyOf(ConfigTable.paths()), reported);

    Map<String, String> environment = new HashMap<>();
    numbers().forEach(key -> environment.put(key.environmentName(), "many"));
    assertEquals(numbers().size(), loading.problems(null, environment).size());
  }

  @Test
  void shouldRenderEveryKeyForTheReadme() {
    String[] lines = ConfigMarkdown.table().split("\n", -1);
    assertEquals(ConfigTable.KEYS.size() + 3, lines.length);
    for (int i = 0; i < keys().size(); i++) {
      ConfigKey key = keys().get(i);
      String[] cells = lines[i + 2].split(" *\\| *", -1);
      assertEquals(7, cells.length, lines[i + 2]);
      assertEquals("`" + key.path() + "`", cells[1]);
      assertEquals("`" + ConfigTable.defaultText(key) + "`", cells[2]);
      assertTrue(cells[4].startsWith("`" + key.environmentName() + "`"), cells[4]);
      if (key.olderEnvironmentName() != null) {
        assertTrue(cells[4].endsWith("`" + key.olderEnvironmentName() + "`"), cells[4]);
      }
      assertTrue(!cells[3].isEmpty() && !cells[5].isEmpty(), lines[i + 2]);
    }
  }
}
