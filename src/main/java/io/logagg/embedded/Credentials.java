package io.logagg.embedded;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.Properties;

/**
 * The random passwords of both servers, kept in a file that only its owner can read.
 *
 * @param isNew just made: a PostgreSQL that exists already does not know it yet
 */
record Credentials(String postgres, String redis, boolean isNew) {
  static final String FILE = "credentials";
  private static final int PASSWORD_BYTES = 24;

  static Credentials loadOrCreate(DataFolder folder, SecureRandom random) throws IOException {
    Path file = folder.file(FILE);
    if (Files.exists(file)) {
      Optional<Credentials> found = read(file);
      if (found.isPresent()) {
        return found.get();
      }
    }
    Credentials made = new Credentials(password(random), password(random), true);
    folder.write(
        file,
        """
        # Passwords of the embedded servers, made at first start.
        # Delete this file while logagg is stopped to get new ones.
        postgres.user=%s
        postgres.password=%s
        redis.password=%s
        """
            .formatted(PostgresCluster.ROLE, made.postgres, made.redis));
    return made;
  }

  /** Those in the file; empty if they were not written by us. */
  static Optional<Credentials> read(Path file) throws IOException {
    Properties properties = new Properties();
    properties.load(new StringReader(Files.readString(file)));
    String postgres = properties.getProperty("postgres.password", "");
    String redis = properties.getProperty("redis.password", "");
    // Anything else would need quoting in URLs and SQL.
    return postgres.matches("[A-Za-z0-9_-]+") && redis.matches("[A-Za-z0-9_-]+")
        ? Optional.of(new Credentials(postgres, redis, false))
        : Optional.empty();
  }

  /** Keeps the passwords out of any log. */
  @Override
  public String toString() {
    return "Credentials[isNew=" + isNew + "]";
  }

  private static String password(SecureRandom random) {
    byte[] bytes = new byte[PASSWORD_BYTES];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
