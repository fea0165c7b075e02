/**
 * What deploy/ has for those who watch logagg: the alert rules of Prometheus and the dashboard of
 * Grafana, against docs/metrics.md, on made-up series, and on real faults.
 */
package io.logagg.monitoring;
