package io.logagg.cli.screen;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Standard output, of which it is noticed when nobody reads it any more: {@link System#out} keeps
 * that to itself. Belongs to one thread.
 */
public final class Output {
  private static final int BUFFER_BYTES = 1 << 16;

  private final OutputStream out;

  /** That of the process. */
  public static Output standard() {
    return new Output(
        new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), BUFFER_BYTES));
  }

  public Output(OutputStream out) {
    this.out = out;
  }

  /**
   * Writes some text.
   *
   * @throws OutputException as all of these, if it cannot be written
   */
  public void print(String text) {
    write(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes bytes and a line end. */
  public void line(byte[] bytes) {
    try {
      out.write(bytes);
      out.write('\n');
    } catch (IOException e) {
      throw fault(e);
    }
  }

  /** Writes bytes. */
  public void write(byte[] bytes) {
    write(bytes, bytes.length);
  }

  /** Writes the first so many bytes. */
  public void write(byte[] bytes, int count) {
    try {
      out.write(bytes, 0, count);
    } catch (IOException e) {
      throw fault(e);
    }
  }

  /** Shows what was written until now. */
  public void flush() {
    try {
      out.flush();
    } catch (IOException e) {
      throw fault(e);
    }
  }

  private static OutputException fault(IOException e) {
    String why = String.valueOf(e.getMessage());
    boolean unread = why.toLowerCase(Locale.ROOT).contains("broken pipe");
    return new OutputException("standard output cannot be written: " + why, unread, e);
  }
}
