/**
 * What commands beside the server share: the database of its configuration, and how they end. They
 * are programs of their own in the same jar.
 */
@NullMarked
package io.logagg.command;

import org.jspecify.annotations.NullMarked;
