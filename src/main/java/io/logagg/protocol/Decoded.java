package io.logagg.protocol;

import io.logagg.record.LogRecord;
import io.logagg.record.RefusalKind;
import io.logagg.record.Text;

/** What became of one record's bytes. */
public sealed interface Decoded {
  /** It is fit to be stored. */
  record Accepted(LogRecord record) implements Decoded {}

  /** It is not, and why: a sentence for its sender, which may quote him and yet can be stored. */
  record Refused(RefusalKind kind, String reason) implements Decoded {
    public Refused {
      reason = Text.storable(reason);
    }
  }
}
