package io.logagg.protocol;

import io.logagg.protocol.redact.Redaction;
import io.logagg.record.DeadLetter;
import io.logagg.record.Defaults;
import io.logagg.record.LogRecord;
import io.logagg.record.RefusalKind;
import java.util.List;
import java.util.Map;

/**
 * What is done with the fields of every record, whichever way it came in. Thread-safe.
 *
 * @param names where to look for fields
 * @param constants app, service and level of records that get them from nowhere else
 * @param added what {@code metadata_} gets where it has no such field: texts by name
 * @param dropped what {@code metadata_} is not to keep
 * @param redaction what of texts is not kept
 */
public record RecordRules(
    FieldNames names,
    Defaults constants,
    Map<String, String> added,
    List<FieldPath> dropped,
    Redaction redaction) {
  /** Changes nothing. */
  public static final RecordRules NONE =
      new RecordRules(FieldNames.NONE, Defaults.NONE, Map.of(), List.of(), Redaction.NONE);

  public RecordRules {
    added = Map.copyOf(added);
    dropped = List.copyOf(dropped);
  }

  /** A record that did not come as JSON, as it is to be kept. */
  public LogRecord apply(LogRecord record) {
    return new LogRecord(
        record.id(),
        record.timestampMicros(),
        record.receivedAtMicros(),
        record.level(),
        record.app(),
        record.service(),
        redaction.text(record.message()),
        metadata(JsonRedactor.fields(redaction, "", record.metadata())),
        record.sourceId(),
        record.dedupeKey());
  }

  /** The {@code metadata_} that is kept. */
  String metadata(String raw) {
    String kept = raw;
    if (added.isEmpty() && dropped.isEmpty()) {
      return JsonRedactor.strings(redaction, kept);
    }
    for (FieldPath path : dropped) {
      RawObject.Taken taken = RawObject.take(kept, path);
      kept = taken == null ? kept : taken.rest();
    }
    for (Map.Entry<String, String> constant : added.entrySet()) {
      if (!RawObject.has(kept, constant.getKey())) {
        kept = RawObject.with(kept, constant.getKey(), RawJson.quoted(constant.getValue()));
      }
    }
    return JsonRedactor.strings(redaction, kept);
  }

  /** The dead letter that is kept. */
  public DeadLetter letter(DeadLetter letter) {
    return letter(letter, false);
  }

  /**
   * The same.
   *
   * @param cut whether there was more of it, so that it may end amid a secret; so is what is too
   *     large
   */
  public DeadLetter letter(DeadLetter letter, boolean cut) {
    if (!redaction.isOn()) {
      return letter;
    }
    return letter.withTexts(
        LetterText.redacted(redaction, letter, cut || letter.kind() == RefusalKind.TOO_LARGE),
        redaction.text(letter.reason()));
  }
}
