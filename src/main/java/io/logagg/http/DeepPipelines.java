package io.logagg.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes connections that send more requests ahead than Netty's compressor keeps in mind (128). It
 * throws at each further one, which would be lost without an answer, and leave a stack trace in the
 * log: Vert.x fails over such an exception while requests wait for their turn.
 */
final class DeepPipelines extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(DeepPipelines.class);
  private static final AtomicBoolean TOLD = new AtomicBoolean();

  private final OpenConnections open;
  private final HttpConnection connection;
  private boolean isClosed;

  private DeepPipelines(OpenConnections open, HttpConnection connection) {
    this.open = open;
    this.connection = connection;
  }

  /** For a new connection, before its first request. HTTP/2 has no such pipelines. */
  static void watch(OpenConnections open, HttpConnection connection) {
    if (!(connection instanceof HttpServerConnection served)) {
      return;
    }
    ChannelHandlerContext vertx = served.channelHandlerContext();
    if (vertx.pipeline().get("deflater") != null) {
      vertx.pipeline().addBefore(vertx.name(), "pipelines", new DeepPipelines(open, connection));
    } else if (vertx.pipeline().get(HttpRequestDecoder.class) != null
        && TOLD.compareAndSet(false, true)) {
      LOG.warn("no compressor is where Vert.x has one: deep pipelines are not looked after");
    }
  }

  /** The bodies of requests that were lost would be taken for those of others. */
  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (isClosed) {
      ReferenceCountUtil.release(message);
    } else {
      ctx.fireChannelRead(message);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    boolean isTooDeep =
        cause instanceof DecoderException && cause.getCause() instanceof IllegalStateException;
    if (!isTooDeep) {
      ctx.fireExceptionCaught(cause);
    } else if (!isClosed) {
      isClosed = true;
      open.close(connection, "pipeline");
    }
  }
}
