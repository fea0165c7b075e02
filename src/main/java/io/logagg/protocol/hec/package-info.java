/** Events as Splunk's HTTP Event Collector takes them. */
@NullMarked
package io.logagg.protocol.hec;

import org.jspecify.annotations.NullMarked;
