package io.logagg.http.inflate;

import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * {@code deflate}: the zlib format (RFC 1950) as HTTP means it, or bare deflate data (RFC 1951) as
 * some clients send it.
 */
final class DeflateInflation implements Inflation {
  private Inflater inflater = new Inflater();
  private boolean anyInput;

  @Override
  public void input(byte[] chunk) {
    if (!anyInput && chunk.length > 0) {
      anyInput = true;
      // Compression method 8 in the low bits marks a zlib header; no bare block starts so in
      // practice.
      if ((chunk[0] & 0x0F) != 8) {
        inflater.end();
        inflater = new Inflater(true);
      }
    }
    inflater.setInput(chunk);
  }

  @Override
  public int read(byte[] out) throws CorruptBodyException {
    try {
      int count = inflater.inflate(out);
      if (count == 0 && inflater.needsDictionary()) {
        throw new CorruptBodyException("deflate with a dictionary is not supported");
      }
      if (count == 0 && inflater.finished() && inflater.getRemaining() > 0) {
        throw new CorruptBodyException("unexpected data behind the end of the deflate stream");
      }
      return count;
    } catch (DataFormatException e) {
      throw new CorruptBodyException("corrupt deflate data: " + e.getMessage());
    }
  }

  @Override
  public void end() throws CorruptBodyException {
    if (anyInput && !inflater.finished()) {
      throw new CorruptBodyException("the deflate stream is cut off");
    }
  }

  @Override
  public void close() {
    inflater.end();
  }
}
