package io.logagg.config;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Set;

/** Which hosts are this machine itself. */
public final class Loopback {
  private static final Set<String> NAMES =
      Set.of("localhost", "localhost.", "ip6-localhost", "localhost.localdomain");

  private Loopback() {}

  /**
   * Whether only this machine can be meant. Names are not looked up: what a name stands for can
   * change after the check.
   *
   * @param host a name or an address, without brackets
   */
  public static boolean includes(String host) {
    InetAddress address = NetUtil.createInetAddressFromIpAddressString(host);
    return address == null
        ? NAMES.contains(host.toLowerCase(Locale.ROOT))
        : address.isLoopbackAddress();
  }
}
