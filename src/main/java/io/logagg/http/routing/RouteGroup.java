package io.logagg.http.routing;

/** Routes that belong together. A new group is a new class, and a line in {@code RouteGroups}. */
public interface RouteGroup {
  /** Mounts all of them; for each verticle once. */
  void mount(Routes routes);
}
