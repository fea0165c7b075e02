package io.logagg.http;

/** Routes that belong together. A new group is a new class, and a line in {@code RouteGroups}. */
public interface RouteGroup {
  void mount(Routes routes);
}
