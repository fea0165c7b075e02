package io.logagg.protocol;

import java.util.regex.Pattern;

/**
 * Tells which lines go on with the one before, as those of stack traces do: Java's, Python's, Go's,
 * Node's and .NET's. What could as well be a line of its own is one. Not thread-safe.
 */
final class TraceLines {
  /** How rsyslog writes a tab. */
  private static final String ESCAPED_TAB = "#011";

  private static final String TRACEBACK = "Traceback (most recent call last):";
  private static final Pattern FRAME = Pattern.compile("at (\\S+\\(.*|.*:\\d+\\)?)");
  private static final Pattern OMITTED = Pattern.compile("\\.\\.\\. \\d+ [a-z ]+");
  private static final Pattern CLOSING = Pattern.compile("}[\\])},;\\s]*");

  private final boolean isBlank;
  private int count = 1;
  private boolean startsWithException;
  private boolean afterBlank;
  private boolean inPython;
  private boolean inGo;
  private boolean isTrace;

  TraceLines(String head) {
    isBlank = head.isBlank();
    startsWithException = isException(head, true);
    inPython = head.startsWith(TRACEBACK);
    inGo = head.startsWith("panic: ") || head.startsWith("fatal error: ");
    isTrace = inPython || inGo;
  }

  /** How many lines there are. */
  int count() {
    return count;
  }

  /** Takes the line if it goes on with those before. */
  boolean join(String line) {
    if (line.isBlank()) {
      if (!isTrace) {
        return false;
      }
      afterBlank = true;
      count++;
      return true;
    }
    if (isBlank || !goesOn(line)) {
      return false;
    }
    afterBlank = false;
    isTrace = true;
    count++;
    return true;
  }

  private boolean goesOn(String line) {
    char first = line.charAt(0);
    if (first == ' ' || first == '\t' || line.startsWith(ESCAPED_TAB)) {
      return true;
    }
    return isTold(line, first) || isException(line) || (inGo && isOfGo(line));
  }

  private boolean isTold(String line, char first) {
    return switch (first) {
      case 'a' -> FRAME.matcher(line).matches();
      case 'C' -> line.startsWith("Caused by: ");
      case 'S' -> line.startsWith("Suppressed: ");
      case '.' -> OMITTED.matcher(line).matches();
      case '}' -> CLOSING.matcher(line).matches();
      case '-' -> line.startsWith("--- End of ");
      case 'N' -> isTrace && line.startsWith("Node.js v");
      case 'D', 'T' -> isOfPython(line);
      default -> false;
    };
  }

  private boolean isOfPython(String line) {
    if (line.startsWith(TRACEBACK)) {
      inPython = true;
      return true;
    }
    return isTrace
        && (line.startsWith("During handling of the above exception")
            || line.startsWith("The above exception was the direct cause"));
  }

  /** The exception that ends a Python traceback, or that stands below a line that told of it. */
  private boolean isException(String line) {
    if (inPython) {
      inPython = false;
      return isWordThenColon(line);
    }
    return (count == 1 && !startsWithException && isException(line, true))
        || (afterBlank && isException(line, false));
  }

  private static boolean isWordThenColon(String line) {
    int end = nameEnd(line);
    return end > 0 && (end == line.length() || line.charAt(end) == ':');
  }

  /** Whether it begins with the name of an exception's class. */
  private static boolean isException(String line, boolean qualified) {
    int end = nameEnd(line);
    if (end == 0 || (end < line.length() && line.charAt(end) != ':')) {
      return false;
    }
    String name = line.substring(0, end);
    boolean named =
        name.endsWith("Exception") || name.endsWith("Error") || name.endsWith("Throwable");
    return named && (!qualified || name.indexOf('.') > 0);
  }

  private static int nameEnd(String line) {
    int end = 0;
    while (end < line.length()
        && (Character.isJavaIdentifierPart(line.charAt(end)) || line.charAt(end) == '.')) {
      end++;
    }
    return end;
  }

  private static boolean isOfGo(String line) {
    return (line.startsWith("goroutine ") && line.endsWith("]:"))
        || line.startsWith("[signal ")
        || line.startsWith("created by ")
        || line.startsWith("exit status ")
        || isCall(line);
  }

  /** Such as {@code main.(*T).run(0xc000, 0x1)}. */
  private static boolean isCall(String line) {
    int open = line.indexOf('(');
    return open > 0 && line.endsWith(")") && line.lastIndexOf(' ', open) < 0;
  }
}
