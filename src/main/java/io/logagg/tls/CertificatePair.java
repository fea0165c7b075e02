package io.logagg.tls;

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
import java.util.Map;
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
  private static final Map<String, String> SIGNATURES =
      Map.of("EC", "SHA256withECDSA", "RSA", "SHA256withRSA", "EdDSA", "EdDSA");
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
    if (!key.text().contains("PRIVATE KEY-----")) {
      throw key.isBad("must hold a private key in PEM");
    }
    PemKeyCertOptions options =
        new PemKeyCertOptions().setCertValue(cert.content()).setKeyValue(key.content());
    Identity identity;
    try {
      identity = identity(options.getKeyManagerFactory(vertx).getKeyManagers());
    } catch (Exception e) { // Its message is left out: it might quote what is in the file.
      throw key.isBad(
          "must hold the private key, RSA or EC, of the certificate in http.tls.certPath");
    }
    X509Certificate leaf = identity.certificate();
    if (!belongs(identity.key(), leaf.getPublicKey())) {
      throw key.isBad("does not belong to the certificate in http.tls.certPath");
    }
    return new CertificatePair(
        options,
        leaf.getSubjectX500Principal().getName(),
        leaf.getNotBefore().toInstant(),
        leaf.getNotAfter().toInstant());
  }

  private record Identity(X509Certificate certificate, PrivateKey key) {}

  private static Identity identity(KeyManager[] managers) throws GeneralSecurityException {
    for (KeyManager manager : managers) {
      if (manager instanceof X509KeyManager keys) {
        for (String type : SIGNATURES.keySet()) {
          String[] names = keys.getServerAliases(type, null);
          if (names != null) {
            return new Identity(
                keys.getCertificateChain(names[0])[0], keys.getPrivateKey(names[0]));
          }
        }
      }
    }
    throw new GeneralSecurityException("a key of another kind");
  }

  /** Whether one signs what the other takes for signed. */
  private static boolean belongs(PrivateKey key, PublicKey published) {
    String algorithm = SIGNATURES.getOrDefault(published.getAlgorithm(), "none");
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
