package io.logagg.tls;

/** The files for HTTPS cannot be used. The message is one line that names the key and the file. */
public final class BadCertificateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BadCertificateException(String key, String path, String fault) {
    super("%s is \"%s\": %s".formatted(key, path, fault));
  }
}
