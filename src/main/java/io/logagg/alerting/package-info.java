/**
 * Evaluates the rules of alerts and tells who is to be told, in one process at a time; and says
 * when a rule would have fired. The design stands in docs/adr/0009-alerts.md.
 */
@NullMarked
package io.logagg.alerting;

import org.jspecify.annotations.NullMarked;
