package io.logagg.protocol;

import io.logagg.record.AppAccess;
import io.logagg.record.LogRecord;
import io.logagg.record.RefusalKind;
import io.logagg.record.Text;
import org.jspecify.annotations.Nullable;

/** What became of one record's bytes. */
public sealed interface Decoded {
  /** What is wrong with an app that its sender may not name; alike whether there is one. */
  String NOT_ALLOWED = "is outside the apps of this API key";

  /** The same, or a refusal if it is a record of an app that is not permitted. */
  default Decoded permittedBy(AppAccess access) {
    if (!(this instanceof Accepted accepted) || access.permits(accepted.record().app())) {
      return this;
    }
    return new Refused(RefusalKind.APP_NOT_ALLOWED, "app " + NOT_ALLOWED, accepted.record().app());
  }

  /** It is fit to be stored. */
  record Accepted(LogRecord record) implements Decoded {}

  /**
   * It is not, and why.
   *
   * @param reason a sentence for its sender, which may quote him and yet can be stored
   * @param app that it names, as far as that is known
   */
  record Refused(RefusalKind kind, String reason, @Nullable String app) implements Decoded {
    public Refused(RefusalKind kind, String reason) {
      this(kind, reason, null);
    }

    public Refused {
      reason = Text.storable(reason);
    }
  }
}
