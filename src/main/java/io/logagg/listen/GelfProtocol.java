package io.logagg.listen;

import io.logagg.protocol.FramingException;
import io.logagg.protocol.LineSplitter;
import io.logagg.protocol.SliceSink;
import io.logagg.protocol.gelf.GelfDatagrams;
import io.logagg.protocol.gelf.GelfTranslator;

/**
 * GELF: over TCP, each message ends with a NUL.
 *
 * @param maxRecordBytes of one message
 */
record GelfProtocol(int maxRecordBytes) implements Protocol {
  @Override
  public String name() {
    return "gelf";
  }

  @Override
  public String otherwiseApp() {
    return "gelf";
  }

  @Override
  public Frames frames(SliceSink records) {
    LineSplitter splitter =
        LineSplitter.ofNuls(GelfTranslator.into(records, maxRecordBytes), maxRecordBytes);
    return new Frames() {
      @Override
      public void feed(byte[] bytes, int from, int to) {
        splitter.feed(bytes, from, to);
      }

      @Override
      public void expire() {
        // Nothing is waited for.
      }

      @Override
      public void flush() {
        // Nothing is held that is whole.
      }

      @Override
      public void end() throws FramingException {
        splitter.end(); // What is cut off is no JSON, and becomes a dead letter as such.
      }

      @Override
      public int heldBytes() {
        return splitter.heldBytes();
      }

      @Override
      public byte[] unfinished() {
        return new byte[0];
      }
    };
  }

  @Override
  public Datagrams datagrams(SliceSink records, DatagramMeters meters) {
    GelfDatagrams datagrams =
        new GelfDatagrams(
            GelfTranslator.into(records, maxRecordBytes),
            maxRecordBytes,
            System::nanoTime,
            meters::incomplete);
    return new Datagrams() {
      @Override
      public void take(String peer, byte[] bytes) {
        datagrams.take(peer, bytes);
      }

      @Override
      public void expire() {
        datagrams.expire();
      }

      @Override
      public int heldBytes() {
        return 0; // Chunks have a bound of their own.
      }

      @Override
      public void flush() {
        // What is held is not whole.
      }
    };
  }
}
