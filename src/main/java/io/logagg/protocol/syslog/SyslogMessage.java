package io.logagg.protocol.syslog;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message taken apart. What it does not say is null.
 *
 * @param pri facility times 8 plus severity; negative if there is none
 * @param micros its time, since the Unix epoch
 * @param app APP-NAME, or TAG without the process id
 * @param data parameters of structured data by element; a parameter may come more than once
 * @param text MSG; all of the message if it could not be taken apart
 */
record SyslogMessage(
    int pri,
    @Nullable Long micros,
    @Nullable String host,
    @Nullable String app,
    @Nullable String procId,
    @Nullable String msgId,
    Map<String, Map<String, List<String>>> data,
    String text) {

  static SyslogMessage ofText(int pri, String text) {
    return new SyslogMessage(pri, null, null, null, null, null, Map.of(), text);
  }
}
