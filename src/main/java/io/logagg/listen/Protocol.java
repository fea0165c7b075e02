package io.logagg.listen;

import io.logagg.protocol.SliceSink;

/** What is spoken at the ports of one verticle. Immutable; makes what belongs to a connection. */
interface Protocol {
  /** As metrics and the sources of dead letters name it. */
  String name();

  /** The app of records that name none. */
  String otherwiseApp();

  /** Of one connection. */
  Frames frames(SliceSink records);

  /** Of all datagrams. */
  Datagrams datagrams(SliceSink records, DatagramMeters meters);
}
