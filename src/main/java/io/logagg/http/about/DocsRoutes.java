package io.logagg.http.about;

import io.logagg.http.edge.SecurityHeaders;
import io.logagg.http.routing.Access;
import io.logagg.http.routing.RouteGroup;
import io.logagg.http.routing.Routes;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;

/**
 * {@code /docs} and {@code /openapi.json}: the API, described and to be tried, all from the jar.
 */
public final class DocsRoutes implements RouteGroup {
  private static final String SWAGGER_UI = "/META-INF/resources/webjars/swagger-ui/5.34.1/";

  private record Asset(String resource, String contentType) {}

  private static final Map<String, Asset> ASSETS =
      Map.of(
          "/docs", new Asset("/web/docs.html", "text/html; charset=utf-8"),
          "/docs/docs.js", new Asset("/web/docs.js", "text/javascript; charset=utf-8"),
          "/docs/swagger-ui.css",
              new Asset(SWAGGER_UI + "swagger-ui.css", "text/css; charset=utf-8"),
          "/docs/swagger-ui-bundle.js",
              new Asset(SWAGGER_UI + "swagger-ui-bundle.js", "text/javascript; charset=utf-8"),
          "/docs/favicon-32x32.png", new Asset(SWAGGER_UI + "favicon-32x32.png", "image/png"),
          "/openapi.json", new Asset("/openapi.json", "application/json"));

  @Override
  public void mount(Routes routes) {
    ASSETS.forEach(
        (path, asset) -> {
          // Read here, once: a missing resource is a broken build.
          Buffer content = read(asset.resource());
          routes.get(path, Access.OPEN, ctx -> serve(ctx, asset, content));
        });
  }

  private static void serve(RoutingContext ctx, Asset asset, Buffer content) {
    SecurityHeaders.putPage(ctx.response());
    ctx.response().putHeader(HttpHeaders.CONTENT_TYPE, asset.contentType()).end(content);
  }

  private static Buffer read(String resource) {
    try (InputStream in = DocsRoutes.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("the jar lacks " + resource);
      }
      return Buffer.buffer(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + resource, e);
    }
  }
}
