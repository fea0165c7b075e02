package io.logagg.alert;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Whom the server may call on others' behalf. Either the hosts that are named and no others, or all
 * but those that only the server itself can reach: loopback, link-local, multicast, and addresses
 * of clouds' metadata.
 *
 * @param named names and addresses; empty for the second
 */
public record CallableHosts(List<String> named) {
  /** Alibaba's metadata, within the range of carriers. */
  private static final byte[] METADATA_OF_ALIBABA = {100, 100, 100, (byte) 200};

  /** AWS's metadata by IPv6, within the range of private networks. */
  private static final byte[] METADATA_OF_AWS = {
    (byte) 0xfd, 0x00, 0x0e, (byte) 0xc2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02, 0x54
  };

  /** An IPv4 address behind this one is reached by way of a translator (RFC 6052). */
  private static final byte[] TRANSLATED = {
    0, 0x64, (byte) 0xff, (byte) 0x9b, 0, 0, 0, 0, 0, 0, 0, 0
  };

  public CallableHosts {
    named = named.stream().map(host -> host.toLowerCase(Locale.ROOT)).toList();
  }

  /** Whether a host of this name may be called, if its addresses may. */
  public boolean permits(String host) {
    return named.isEmpty() || named.contains(host.toLowerCase(Locale.ROOT));
  }

  /** Whether a host that is permitted may be called at this address. */
  public boolean permits(InetAddress address) {
    return !named.isEmpty() || isOfOthers(address);
  }

  private static boolean isOfOthers(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (address instanceof Inet6Address) {
      InetAddress within = within(bytes);
      if (within != null) {
        return isOfOthers(within);
      }
    }
    return !address.isLoopbackAddress()
        && !address.isAnyLocalAddress()
        && !address.isLinkLocalAddress()
        && !address.isMulticastAddress()
        && !(address instanceof Inet4Address && (bytes[0] == 0 || (bytes[0] & 0xf0) == 0xf0))
        && !Arrays.equals(bytes, METADATA_OF_ALIBABA)
        && !Arrays.equals(bytes, METADATA_OF_AWS);
  }

  /** The IPv4 address within one of IPv6; null if there is none. */
  private static @Nullable InetAddress within(byte[] bytes) {
    boolean isTranslated = Arrays.equals(Arrays.copyOf(bytes, 12), TRANSLATED);
    boolean is6to4 = bytes[0] == 0x20 && bytes[1] == 0x02;
    boolean isCompatible = Arrays.equals(Arrays.copyOf(bytes, 12), new byte[12]) && bytes[12] != 0;
    if (!isTranslated && !is6to4 && !isCompatible) {
      return null;
    }
    byte[] four = is6to4 ? Arrays.copyOfRange(bytes, 2, 6) : Arrays.copyOfRange(bytes, 12, 16);
    try {
      return InetAddress.getByAddress(four);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }
}
