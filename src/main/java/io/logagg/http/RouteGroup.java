package io.logagg.http;

import io.vertx.ext.web.Router;

/** Routes that belong together. A new group is a new class, and a line in the verticle. */
public interface RouteGroup {
  void mount(Router router);
}
