/**
 * Alerts without the world around them: rules and what is wrong with one, the step of their states
 * from one time to the next, what is told in which form, and whom it may be told to. Pure: no I/O,
 * no clock. The design stands in docs/adr/0009-alerts.md.
 */
@NullMarked
package io.logagg.alert;

import org.jspecify.annotations.NullMarked;
