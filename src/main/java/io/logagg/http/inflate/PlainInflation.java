package io.logagg.http.inflate;

/** No encoding: passes on what it gets. */
final class PlainInflation implements Inflation {
  private byte[] chunk = new byte[0];
  private int at;

  @Override
  public void input(byte[] next) {
    chunk = next;
    at = 0;
  }

  @Override
  public int read(byte[] out) {
    int count = Math.min(out.length, chunk.length - at);
    System.arraycopy(chunk, at, out, 0, count);
    at += count;
    return count;
  }

  @Override
  public void end() {}

  @Override
  public void close() {}
}
