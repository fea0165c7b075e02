package io.logagg.http.edge;

import io.vertx.core.Vertx;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509KeyManager;

/**
 * A certificate chain and its key that fit together.
 *
 * @param options both as Vert.x takes them, from memory: the files may be others by then
 * @param subject whom the certificate names
 */
record CertificatePair(
    PemKeyCertOptions options, String subject, Instant validFrom, Instant expires) {
  private static final List<String> KEY_TYPES = List.of("EC", "RSA", "EdDSA");
  private static final byte[] SAMPLE = "logagg".getBytes(StandardCharsets.US_ASCII);

  /**
   * Checks them as the server would use them. Takes some CPU time.
   *
   * @throws BadCertificateException if either is of no use, or both are but not together
   */
  static CertificatePair of(Vertx vertx, PemFile cert, PemFile key) {
    cert.mustBeReadable();
    key.mustBeReadable();
    try {
      new PemTrustOptions().addCertValue(cert.content()).getTrustManagerFactory(vertx);
    } catch (Exception e) {
      throw cert.isBad("must hold a certificate chain in PEM, its own certificate first");
    }
    if (key.text().contains("ENCRYPTED")) {
      throw key.isBad("is encrypted; decrypt it with: openssl pkey -in FILE -out NEWFILE");
    }
    PemKeyCertOptions options =
        new PemKeyCertOptions().setCertValue(cert.content()).setKeyValue(key.content());
    try {
      // Its message is left out: it might quote what is in the file.
      for (KeyManager manager : options.getKeyManagerFactory(vertx).getKeyManagers()) {
        for (String type : KEY_TYPES) {
          String[] names =
              manager instanceof X509KeyManager keys ? keys.getServerAliases(type, null) : null;
          if (names != null && manager instanceof X509KeyManager keys) {
            X509Certificate leaf = keys.getCertificateChain(names[0])[0];
            if (!belongs(keys.getPrivateKey(names[0]), leaf.getPublicKey(), type)) {
              break;
            }
            return new CertificatePair(
                options,
                leaf.getSubjectX500Principal().getName(),
                leaf.getNotBefore().toInstant(),
                leaf.getNotAfter().toInstant());
          }
        }
      }
    } catch (Exception e) {
      throw key.isBad("must hold a private key in PEM, of RSA or EC, that is not encrypted");
    }
    throw key.isBad("does not belong to the certificate in http.tls.certPath");
  }

  /** Whether one signs what the other takes for signed. */
  private static boolean belongs(PrivateKey key, PublicKey published, String type) {
    String algorithm =
        switch (type) {
          case "EC" -> "SHA256withECDSA";
          case "RSA" -> "SHA256withRSA";
          default -> type;
        };
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(SAMPLE);
      byte[] signed = signature.sign();
      signature.initVerify(published);
      signature.update(SAMPLE);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false; // Keys of different kinds.
    }
  }
}
