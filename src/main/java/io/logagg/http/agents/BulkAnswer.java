package io.logagg.http.agents;

import io.logagg.http.reply.JsonReply;
import io.logagg.protocol.elastic.ActionList;
import io.logagg.protocol.elastic.BulkAction.Op;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers a bulk request: one item for each action, in their order, in pieces that are made as fast
 * as the sender takes them. Belongs to the request's context.
 */
final class BulkAnswer {
  private static final Logger LOG = LoggerFactory.getLogger(BulkAnswer.class);
  private static final int PIECE_CHARS = 32 << 10;

  private final HttpServerResponse response;
  private final ActionList.Walk actions;
  private final LongFunction<@Nullable ItemError> errors;
  private final Map<Op, Parts> parts = new EnumMap<>(Op.class);
  private final StringBuilder out = new StringBuilder(256);
  private boolean hasItems;
  private @Nullable String index;
  private String quotedIndex = "";

  /** What went wrong with one action. */
  record ItemError(int status, String type, String reason) {}

  /** Which parts of the items of one kind are wanted. */
  private record Parts(
      boolean index, boolean id, boolean result, boolean status, boolean type, boolean reason) {
    static Parts of(FilterPath filter, Op op) {
      String code = op.code();
      return new Parts(
          filter.takes("items", code, "_index"),
          filter.takes("items", code, "_id"),
          filter.takes("items", code, "result"),
          filter.takes("items", code, "status"),
          filter.takes("items", code, "error", "type"),
          filter.takes("items", code, "error", "reason"));
    }

    boolean any() {
      return index || id || result || status || type || reason;
    }
  }

  /**
   * For one request.
   *
   * @param response whose head is there but for the framing
   * @param errors of a record by its place; null for one that was taken
   */
  BulkAnswer(
      HttpServerResponse response,
      ActionList actions,
      LongFunction<@Nullable ItemError> errors,
      FilterPath filter) {
    this.response = response;
    this.actions = actions.walk();
    this.errors = errors;
    for (Op op : Op.values()) {
      parts.put(op, Parts.of(filter, op));
    }
  }

  /**
   * Sends it.
   *
   * @param anyErrors whether any of the actions failed
   * @param tookMs how long that was
   */
  void send(boolean anyErrors, long tookMs, FilterPath filter) {
    out.append('{');
    if (filter.takes("errors")) {
      out.append("\"errors\":").append(anyErrors).append(',');
    }
    if (filter.takes("took")) {
      out.append("\"took\":").append(tookMs).append(',');
    }
    boolean all = fill();
    if (all) {
      response.end(Buffer.buffer(out.toString())).onFailure(BulkAnswer::gone);
    } else {
      response.setChunked(true);
      sendOn();
    }
  }

  private void sendOn() {
    Future<Void> written = response.write(Buffer.buffer(out.toString()));
    out.setLength(0);
    written
        .compose(
            done -> {
              if (!fill()) {
                sendOn();
                return Future.succeededFuture();
              }
              return response.end(Buffer.buffer(out.toString()));
            })
        .onFailure(BulkAnswer::gone);
  }

  private static void gone(Throwable e) {
    LOG.debug("the sender of a bulk request left before its answer was complete", e);
  }

  /** Makes the next piece; whether it is the last. */
  private boolean fill() {
    while (out.length() < PIECE_CHARS) {
      if (!actions.next()) {
        if (hasItems) {
          out.append("]}");
        } else {
          removeComma();
          out.append('}');
        }
        return true;
      }
      item();
    }
    return false;
  }

  private void item() {
    Op op = actions.op();
    Parts wanted = parts.get(op);
    if (wanted == null || !wanted.any()) {
      return;
    }
    int before = out.length();
    out.append(hasItems ? ",{\"" : "\"items\":[{\"").append(op.code()).append("\":{");
    int begin = out.length();
    ItemError error = error();
    names(wanted);
    result(wanted, op, error);
    if (out.length() == begin) {
      out.setLength(before); // Nothing of it is wanted, so it is not there.
      return;
    }
    removeComma();
    out.append("}}");
    hasItems = true;
  }

  private void removeComma() {
    if (out.charAt(out.length() - 1) == ',') {
      out.setLength(out.length() - 1);
    }
  }

  private @Nullable ItemError error() {
    if (actions.malformedLine() > 0) {
      return new ItemError(
          400,
          "illegal_argument_exception",
          "Malformed action/metadata line [%d]; it and its document were not taken"
              .formatted(actions.malformedLine()));
    }
    return actions.record() < 0 ? null : errors.apply(actions.record());
  }

  private void names(Parts wanted) {
    String named = actions.index();
    if (wanted.index() && named != null) {
      if (!named.equals(index)) {
        index = named;
        quotedIndex = JsonReply.write(named);
      }
      out.append("\"_index\":").append(quotedIndex).append(',');
    }
    String id = actions.id();
    if (wanted.id() && id != null) {
      out.append("\"_id\":").append(JsonReply.write(id)).append(',');
    }
  }

  private void result(Parts wanted, Op op, @Nullable ItemError error) {
    if (wanted.status()) {
      out.append("\"status\":").append(error == null ? status(op) : error.status()).append(',');
    }
    if (error == null) {
      if (wanted.result()) {
        out.append("\"result\":\"").append(result(op)).append("\",");
      }
    } else if (wanted.type() || wanted.reason()) {
      out.append("\"error\":{");
      if (wanted.type()) {
        out.append("\"type\":\"").append(error.type()).append("\",");
      }
      if (wanted.reason()) {
        out.append("\"reason\":").append(JsonReply.write(error.reason())).append(',');
      }
      removeComma();
      out.append("},");
    }
  }

  /** Nothing is deleted by this way, so that there is nothing that could be. */
  private static int status(Op op) {
    return switch (op) {
      case CREATE, INDEX -> 201;
      case UPDATE -> 200;
      case DELETE -> 404;
    };
  }

  private static String result(Op op) {
    return switch (op) {
      case CREATE, INDEX -> "created";
      case UPDATE -> "updated";
      case DELETE -> "not_found";
    };
  }
}
