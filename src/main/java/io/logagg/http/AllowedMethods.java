package io.logagg.http;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import java.util.Set;
import java.util.TreeSet;

/** What a path takes, for the header {@code Allow} that goes with a 405 (RFC 9110 §15.5.6). */
final class AllowedMethods {
  private AllowedMethods() {}

  /** As the header's value. */
  static String at(Router router, String path) {
    Set<String> names = new TreeSet<>();
    for (Route route : router.getRoutes()) {
      Set<HttpMethod> methods = route.methods();
      String pattern = route.getPath();
      if (methods != null && pattern != null && matches(pattern, path)) {
        methods.forEach(method -> names.add(method.name()));
      }
    }
    if (names.contains(HttpMethod.GET.name())) {
      names.add(HttpMethod.HEAD.name());
    }
    return String.join(", ", names);
  }

  /** Part by part; one that starts with a colon stands for any. */
  private static boolean matches(String pattern, String path) {
    String[] expected = pattern.split("/", -1);
    String[] actual = path.split("/", -1);
    if (expected.length != actual.length) {
      return false;
    }
    for (int i = 0; i < expected.length; i++) {
      boolean any = expected[i].startsWith(":");
      if (any ? actual[i].isEmpty() : !expected[i].equals(actual[i])) {
        return false;
      }
    }
    return true;
  }
}
