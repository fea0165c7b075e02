package io.logagg.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes the records from values by path. It follows the components' names, so that a key is written
 * down in two places only: the table and its record.
 */
final class ConfigBinder {
  private ConfigBinder() {}

  /**
   * @param values one per key of the table
   * @throws IllegalStateException if the records and the table do not match: a bug
   */
  static Config bind(Map<String, @Nullable Object> values) {
    return Config.class.cast(bind(Config.class, "", values));
  }

  private static Object bind(Class<?> type, String prefix, Map<String, @Nullable Object> values) {
    RecordComponent[] components = type.getRecordComponents();
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    @Nullable Object[] arguments = new @Nullable Object[components.length];
    for (int i = 0; i < components.length; i++) {
      String path = prefix + components[i].getName();
      arguments[i] =
          types[i].isRecord()
              ? bind(types[i], path + ".", values)
              : convert(types[i], path, values);
    }
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      return constructor.newInstance(arguments);
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      throw new IllegalStateException("The record " + type + " does not match the table", e);
    }
  }

  private static @Nullable Object convert(
      Class<?> type, String path, Map<String, @Nullable Object> values) {
    if (!values.containsKey(path)) {
      throw new IllegalStateException(path + " is a record component but no key of the table");
    }
    Object value = values.get(path);
    // Narrowing is safe: the table's ranges stay within the component's type, which a test checks.
    return type == int.class && value instanceof Long number
        ? Integer.valueOf(Math.toIntExact(number))
        : value;
  }
}
