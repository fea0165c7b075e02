package io.logagg.bus;

import io.logagg.record.DeadLetter;
import java.util.List;

/** Dead letters to be kept. Those that are there already stay as they are. */
public record DeadLetters(List<DeadLetter> letters) {
  public DeadLetters {
    letters = List.copyOf(letters);
  }
}
