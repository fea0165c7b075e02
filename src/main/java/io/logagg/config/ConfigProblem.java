package io.logagg.config;

/**
 * One thing that is wrong, in words for the person who has to put it right. Holds no secret.
 *
 * @param key full path of the key, or {@code -conf} for the file as a whole
 * @param found the wrong value as it may be shown
 * @param advice what would be right
 */
public record ConfigProblem(String key, String found, String advice) {

  /** One line, such as {@code http.port is 70000: must be a whole number from 0 to 65535}. */
  @Override
  public String toString() {
    return key + " is " + found + ": " + advice;
  }
}
