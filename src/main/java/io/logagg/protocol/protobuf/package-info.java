/**
 * The wire format of Protocol Buffers, as far as logs need it: read field by field, without a tree,
 * a schema or generated code. What the fields mean is in the packages of the protocols.
 */
@NullMarked
package io.logagg.protocol.protobuf;

import org.jspecify.annotations.NullMarked;
