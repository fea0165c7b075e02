package io.logagg.protocol.elastic;

import io.logagg.protocol.BodySplitter;
import io.logagg.protocol.FramingException;
import io.logagg.protocol.LineSplitter;
import io.logagg.protocol.SliceSink;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Takes a bulk request apart: lines that say what is to be done, each with the document that it is
 * about in the next line, unless that is to be deleted. A document that cannot be used, however
 * long or broken, is the record of its action all the same, and the next line is an action again.
 *
 * <p>Where an action should stand and none does, a request that has begun so is refused. Further
 * on, agents would send again what was taken before; so it is told for that line, which goes with
 * the document behind it, and the next action is looked for. Not thread-safe.
 */
public final class BulkSplitter implements BodySplitter {
  private final LineSplitter lines;
  private final SliceSink target;
  private final SourceTranslator translator;
  private final ActionList actions;
  private final @Nullable String urlIndex;

  private @Nullable BulkAction pending;
  private long pendingLine;
  private boolean afterMalformed;
  private @Nullable String fault;

  /** The last line that named no id, which most of its successors repeat. */
  private byte[] lastLine = new byte[0];

  private @Nullable BulkAction lastAction;

  /**
   * For one body.
   *
   * @param actions that is empty; all that are found are added
   * @param urlIndex for actions that name no index; null for none
   */
  public BulkSplitter(
      SliceSink target, int maxRecordBytes, ActionList actions, @Nullable String urlIndex) {
    this.target = target;
    this.translator = new SourceTranslator(target);
    this.actions = actions;
    this.urlIndex = urlIndex;
    this.lines = LineSplitter.keepingBlankLines(new Lines(), maxRecordBytes);
  }

  private final class Lines implements SliceSink {
    @Override
    public void slice(long line, byte[] bytes, int from, int to) {
      BulkAction action = pending;
      if (fault != null) {
        return;
      }
      if (action == null) {
        action(line, bytes, from, to);
      } else if (add(action)) {
        pending = null;
        translator.translate(action, line, bytes, from, to);
      }
    }

    @Override
    public void oversize(long line, byte[] prefix, int from, int to, long length) {
      if (fault != null) {
        return;
      }
      BulkAction action = pending;
      if (action == null) {
        malformed(line, "it has " + length + " bytes");
      } else if (add(action)) {
        pending = null;
        target.oversize(line, prefix, from, to, length);
      }
    }
  }

  private void action(long line, byte[] bytes, int from, int to) {
    if (from == to) {
      return;
    }
    BulkAction action = lastAction;
    if (action == null || !Arrays.equals(bytes, from, to, lastLine, 0, lastLine.length)) {
      try {
        action = BulkAction.parse(bytes, from, to).orIndex(urlIndex);
      } catch (FramingException e) {
        malformed(line, String.valueOf(e.getMessage()));
        return;
      }
      if (action.id() == null) {
        lastLine = Arrays.copyOfRange(bytes, from, to);
        lastAction = action;
      }
    }
    afterMalformed = false;
    if (action.op().hasSource()) {
      pending = action;
      pendingLine = line;
    } else {
      add(action);
    }
  }

  private boolean add(BulkAction action) {
    boolean added = actions.add(action);
    if (!added) {
      full();
    }
    return added;
  }

  private void malformed(long line, String reason) {
    if (actions.isEmpty()) {
      fault = "Malformed action/metadata line [" + line + "], " + reason;
    } else if (afterMalformed) {
      afterMalformed = false; // It is the document of the one before.
    } else {
      afterMalformed = true;
      if (!actions.addMalformed(line)) {
        full();
      }
    }
  }

  private void full() {
    fault =
        "a bulk request may have %d actions, and %d bytes of ids"
            .formatted(ActionList.MAX_ACTIONS, ActionList.MAX_BYTES);
  }

  @Override
  public void feed(byte[] bytes, int from, int to) throws FramingException {
    lines.feed(bytes, from, to);
    failIfFaulty();
  }

  private void failIfFaulty() throws FramingException {
    if (fault != null) {
      throw new FramingException(fault);
    }
  }

  @Override
  public int heldBytes() {
    return lines.heldBytes() + actions.bytes();
  }

  @Override
  public boolean end() throws FramingException {
    lines.end();
    if (fault == null && pending != null) {
      pending = null;
      malformed(pendingLine, "expected a document in the next line");
    }
    failIfFaulty();
    actions.complete();
    return true;
  }
}
