package io.logagg.listen;

import io.logagg.protocol.Decoded;
import io.logagg.protocol.JsonRecordDecoder;
import io.logagg.protocol.SliceSink;
import io.logagg.record.DeadLetter;
import io.logagg.record.Defaults;
import io.logagg.record.RefusalKind;
import io.logagg.record.Stamper;
import io.logagg.record.Stamps;
import java.util.Set;

/** Stamps and decodes the records of one connection. Belongs to the context of its collector. */
final class Intake implements SliceSink {
  private final Collector collector;
  private final JsonRecordDecoder decoder;
  private final Stamper stamper;
  private final Defaults defaults;
  private final String source;
  private Stamps stamps;
  private boolean ends;

  /**
   * For one connection.
   *
   * @param source what dead letters name, such as {@code syslog:tcp}
   */
  Intake(
      Collector collector,
      JsonRecordDecoder decoder,
      Stamper stamper,
      String otherwiseApp,
      String source) {
    this.collector = collector;
    this.decoder = decoder;
    this.stamper = stamper;
    this.defaults = new Defaults(otherwiseApp, null, null);
    this.source = source;
    this.stamps = stamper.now();
  }

  /** What is decoded from now on was received now. */
  void receivedNow() {
    stamps = stamper.now();
  }

  /** The connection has ended: what comes from now on and is no JSON was cut off. */
  void ends() {
    ends = true;
  }

  @Override
  public void slice(long line, byte[] bytes, int from, int to) {
    Decoded decoded = decoder.decode(bytes, from, to, defaults, stamps, null);
    if (decoded instanceof Decoded.Accepted accepted) {
      collector.add(accepted.record(), to - from);
    } else if (decoded instanceof Decoded.Refused refused) {
      refuse(bytes, from, to, refused);
    }
  }

  @Override
  public void oversize(long line, byte[] prefix, int from, int to, long length) {
    refuse(
        prefix,
        from,
        to,
        new Decoded.Refused(
            RefusalKind.TOO_LARGE,
            "the record has %d bytes, more than http.maxRecordBytes; its first %d bytes are kept"
                .formatted(length, to - from)));
  }

  /** Makes a dead letter of what the end of the connection cut off. */
  void cutOff(byte[] bytes, String reason) {
    refuse(bytes, 0, bytes.length, new Decoded.Refused(RefusalKind.OTHER, reason), true);
  }

  private void refuse(byte[] bytes, int from, int to, Decoded.Refused refused) {
    refuse(bytes, from, to, refused, ends && refused.kind() == RefusalKind.BAD_JSON);
  }

  private void refuse(byte[] bytes, int from, int to, Decoded.Refused refused, boolean cut) {
    long now = stamps.receivedAtMicros();
    String app = refused.app();
    DeadLetter letter =
        DeadLetter.of(stamps.nextId(now), bytes, from, to, refused.reason(), source, defaults, now)
            .withKind(refused.kind())
            .withApps(app == null ? Set.of() : Set.of(app));
    collector.add(decoder.rules().letter(letter, cut), to - from);
  }
}
