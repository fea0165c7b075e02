/**
 * Who may do what: API keys as they are made, kept and recognised. Knows nothing of HTTP; how a key
 * travels is the protocols' affair. See docs/adr/0004-access.md.
 */
@NullMarked
package io.logagg.access;

import org.jspecify.annotations.NullMarked;
