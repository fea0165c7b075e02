import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Logs so many lines by logback's appender for Loki, as {@code logback.xml} has it, and ends. */
public final class Loki4j {
  private Loki4j() {}

  public static void main(String[] args) {
    org.slf4j.Logger logger = LoggerFactory.getLogger("orders");
    MDC.put("order", "1042");
    for (int i = 0; i < Integer.parseInt(args[0]); i++) {
      logger.warn("m{}", i);
    }
    ((ch.qos.logback.classic.LoggerContext) LoggerFactory.getILoggerFactory()).stop();
  }
}
