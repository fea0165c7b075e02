package io.logagg.listen;

import io.logagg.config.SyslogConfig;
import io.logagg.protocol.FramingException;
import io.logagg.protocol.SliceSink;
import io.logagg.protocol.syslog.SyslogFramer;
import io.logagg.protocol.syslog.SyslogParser;
import io.logagg.protocol.syslog.SyslogTranslator;
import java.util.Arrays;

/**
 * Syslog.
 *
 * @param config its section
 * @param maxRecordBytes of one message
 */
record SyslogProtocol(SyslogConfig config, SyslogParser parser, int maxRecordBytes)
    implements Protocol {

  @Override
  public String name() {
    return "syslog";
  }

  @Override
  public String otherwiseApp() {
    return config.app();
  }

  private SyslogTranslator translator(SliceSink records) {
    return new SyslogTranslator(
        records, maxRecordBytes, parser, config.multiline(), System::nanoTime);
  }

  @Override
  public Frames frames(SliceSink records) {
    SyslogTranslator translator = translator(records);
    SyslogFramer framer = new SyslogFramer(translator, maxRecordBytes);
    return new Frames() {
      @Override
      public void feed(byte[] bytes, int from, int to) {
        framer.feed(bytes, from, to);
      }

      @Override
      public void expire() {
        translator.expire();
      }

      @Override
      public void flush() {
        translator.flush();
      }

      @Override
      public void end() throws FramingException {
        try {
          framer.end();
        } finally {
          translator.flush();
        }
      }

      @Override
      public int heldBytes() {
        return framer.heldBytes() + translator.heldBytes();
      }

      @Override
      public byte[] unfinished() {
        return Arrays.copyOf(framer.held(), framer.heldBytes());
      }
    };
  }

  @Override
  public Datagrams datagrams(SliceSink records, DatagramMeters meters) {
    SyslogTranslator translator = translator(records);
    return new Datagrams() {
      @Override
      public void take(String peer, byte[] bytes) {
        int end = bytes.length;
        while (end > 0
            && (bytes[end - 1] == '\n' || bytes[end - 1] == '\r' || bytes[end - 1] == 0)) {
          end--;
        }
        if (end > 0) {
          translator.take(1, peer, bytes, 0, end);
        }
      }

      @Override
      public void expire() {
        translator.expire();
      }

      @Override
      public int heldBytes() {
        return translator.heldBytes();
      }

      @Override
      public void flush() {
        translator.flush();
      }
    };
  }
}
