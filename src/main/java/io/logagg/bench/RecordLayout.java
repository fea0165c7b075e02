package io.logagg.bench;

/**
 * Where in a record the bytes lie that differ each time it is sent. All records of a body have the
 * same length, so that these places are the same in each.
 *
 * @param recordBytes with the line feed
 * @param time first digit of the timestamp
 * @param messageEnd the quote after the message
 * @param traceId first of 32 hexadecimal digits
 * @param requestId first of 16
 * @param producerId first of 16; -1 where records have none
 */
record RecordLayout(
    int recordBytes, int time, int messageEnd, int traceId, int requestId, int producerId) {

  boolean hasProducerId() {
    return producerId >= 0;
  }
}
