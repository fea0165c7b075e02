package io.logagg.listen;

import io.logagg.bus.Bus;
import io.logagg.protocol.JsonRecordDecoder;
import io.logagg.stream.SafeKeeping;
import io.logagg.stream.StreamAppender;
import io.logagg.stream.StreamRoom;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.datagram.DatagramPacket;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves one protocol at its ports. Each instance has a connection of its own to Redis; all share
 * the TCP ports, and one has the UDP port.
 */
public final class ListenVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(ListenVerticle.class);
  private static final long EXPIRE_MS = 100;

  /** Datagrams come in bursts. */
  private static final int UDP_BUFFER_BYTES = 4 << 20;

  private final Listening listening;
  private final ListenOptions options;
  private final JsonRecordDecoder decoder;
  private final Set<Connection> connections = new LinkedHashSet<>();
  private final List<NetServer> servers = new ArrayList<>();
  private long heldBytes;
  private @Nullable StreamAppender appender;
  private @Nullable StreamRoom room;
  private @Nullable Collector collector;
  private @Nullable DatagramSocket udp;
  private @Nullable Datagrams datagrams;

  public ListenVerticle(Listening listening, ListenOptions options) {
    this.listening = listening;
    this.options = options;
    this.decoder = new JsonRecordDecoder(options.window(), options.rules());
  }

  @Override
  public Future<?> start() {
    StreamAppender stream =
        StreamAppender.open(
            vertx, options.redis(), options.names(), "append " + listening.protocol().name());
    StreamRoom watched = new StreamRoom(vertx, stream, options.room());
    SafeKeeping keeping =
        new SafeKeeping(
            stream,
            Bus.of(vertx, options.writeTimeoutMs()),
            options.maxRecordsPerEntry() == 1,
            listening.meters());
    Collector collecting =
        new Collector(
            vertx,
            keeping,
            watched,
            new Collector.Limits(options.maxRecordsPerEntry(), options.maxBytes()),
            options.redis().random(),
            listening.meters());
    appender = stream;
    room = watched;
    collector = collecting;
    vertx.setPeriodic(EXPIRE_MS, id -> expire());
    List<Future<?>> started = new ArrayList<>();
    if (listening.tcpPort() > 0) {
      started.add(listen(listening.tcpPort(), "tcp", collecting));
    }
    if (listening.tlsPort() > 0) {
      started.add(listen(listening.tlsPort(), "tls", collecting));
    }
    if (listening.udpPort() > 0 && listening.datagramsTaken().compareAndSet(false, true)) {
      started.add(listenToDatagrams(collecting));
    }
    return Future.all(started);
  }

  private Future<?> listen(int port, String transport, Collector collecting) {
    NetServerOptions server = new NetServerOptions().setTcpKeepAlive(true);
    boolean isTls = transport.equals("tls");
    if (isTls) {
      options.tls().orElseThrow().secure(server);
    }
    NetServer created = vertx.createNetServer(server);
    servers.add(created);
    return created
        .connectHandler(socket -> opened(socket, transport, collecting))
        .exceptionHandler(e -> LOG.debug("a connection could not be made: {}", e.getMessage()))
        .listen(port, listening.host())
        .onSuccess(done -> options.tls().filter(tls -> isTls).ifPresent(tls -> tls.add(created)));
  }

  private void opened(NetSocket socket, String transport, Collector collecting) {
    if (!listening.acquire()) {
      socket.close().onFailure(e -> LOG.debug("closing failed: {}", e.getMessage()));
      return;
    }
    Intake intake = intake(transport, collecting);
    Connection[] opened = new Connection[1];
    opened[0] =
        new Connection(
            vertx,
            socket,
            listening.protocol().frames(intake),
            intake,
            collecting,
            listening.meters(),
            this::hold,
            () -> {
              connections.remove(opened[0]);
              listening.open().decrementAndGet();
            });
    connections.add(opened[0]);
  }

  private Intake intake(String transport, Collector collecting) {
    Protocol protocol = listening.protocol();
    return new Intake(
        collecting,
        decoder,
        options.stamper(),
        protocol.otherwiseApp(),
        protocol.name() + ":" + transport);
  }

  private boolean hold(int more) {
    heldBytes += more;
    return heldBytes <= options.maxBytes();
  }

  private Future<?> listenToDatagrams(Collector collecting) {
    Intake intake = intake("udp", collecting);
    Datagrams opened =
        listening
            .protocol()
            .datagrams(intake, count -> listening.meters().dropped("incomplete", count));
    datagrams = opened;
    DatagramSocket socket =
        vertx.createDatagramSocket(
            new DatagramSocketOptions().setReceiveBufferSize(UDP_BUFFER_BYTES));
    udp = socket;
    return socket
        .handler(packet -> received(packet, opened, intake, collecting))
        .exceptionHandler(e -> LOG.debug("a datagram could not be read: {}", e.getMessage()))
        .listen(listening.udpPort(), listening.host());
  }

  private void received(
      DatagramPacket packet, Datagrams taking, Intake intake, Collector collecting) {
    if (collecting.hasOverflown()) {
      listening.meters().droppedFull(packet.data().length());
      return;
    }
    listening.meters().read(packet.data().length());
    intake.receivedNow();
    taking.take(packet.sender().hostAddress(), packet.data().getBytes());
    collecting.held(taking.heldBytes());
  }

  private void expire() {
    List.copyOf(connections).forEach(Connection::expire);
    if (datagrams != null && collector != null) {
      datagrams.expire();
      collector.held(datagrams.heldBytes());
    }
  }

  @Override
  public Future<?> stop() {
    List<Future<?>> closed = new ArrayList<>();
    for (NetServer server : servers) {
      options.tls().ifPresent(tls -> tls.remove(server));
      closed.add(server.shutdown(options.drainMs() / 2, TimeUnit.MILLISECONDS));
    }
    if (udp != null) {
      closed.add(udp.close());
    }
    return Future.join(closed)
        .otherwiseEmpty()
        .compose(done -> finish())
        .eventually(
            () -> {
              if (room != null) {
                room.close();
              }
              return appender == null ? Future.succeededFuture() : appender.close();
            });
  }

  private Future<Void> finish() {
    if (datagrams != null) {
      datagrams.flush();
    }
    return collector == null
        ? Future.succeededFuture()
        : collector.finish(Math.max(1, options.drainMs() / 2));
  }
}
