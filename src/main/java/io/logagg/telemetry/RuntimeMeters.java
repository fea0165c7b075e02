package io.logagg.telemetry;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmInfoMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;

/** The JVM and the process: Micrometer's own meters, and those of theirs that had to be mended. */
final class RuntimeMeters {
  private static final double NANOS = 1e9;

  private RuntimeMeters() {}

  /** To be called before any meter is made. */
  static void prepare(MeterRegistry registry) {
    registry
        .config()
        // Each connection to Redis is a pool with a random name: a series more at every reconnect.
        .meterFilter(
            MeterFilter.deny(
                id ->
                    id.getName().startsWith("vertx.pool") && !isWorkerPool(id.getTag("pool_type"))))
        // In nanoseconds; process_cpu_seconds_total is what others call it.
        .meterFilter(MeterFilter.denyNameStartsWith("process.cpu.time"))
        .meterFilter(
            new MeterFilter() {
              @Override
              public Meter.Id map(Meter.Id id) {
                // The suffix _count is that of histograms.
                return id.getName().equals("system.cpu.count") ? id.withName("system.cpus") : id;
              }
            });
  }

  private static boolean isWorkerPool(@Nullable String type) {
    return "worker".equals(type);
  }

  /** Listens to the collector for as long as the process lives, so nothing is ever closed. */
  @SuppressWarnings("resource")
  static void bind(MeterRegistry registry) {
    new JvmInfoMetrics().bindTo(registry);
    new ClassLoaderMetrics().bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmGcMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
      FunctionCounter.builder("process.cpu", system, s -> s.getProcessCpuTime() / NANOS)
          .description("CPU time of this process")
          .baseUnit("seconds")
          .register(registry);
    }
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
      Gauge.builder("process.open.fds", unix, UnixOperatingSystemMXBean::getOpenFileDescriptorCount)
          .description("Open files and connections of this process")
          .register(registry);
      Gauge.builder("process.max.fds", unix, UnixOperatingSystemMXBean::getMaxFileDescriptorCount)
          .description("How many it may have open")
          .register(registry);
    }
  }
}
