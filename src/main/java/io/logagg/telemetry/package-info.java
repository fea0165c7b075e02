/** What the program says about itself: metrics and health. */
@NullMarked
package io.logagg.telemetry;

import org.jspecify.annotations.NullMarked;
