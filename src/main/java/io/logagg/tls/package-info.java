/** The certificate of this process's servers, which follows its files. */
@NullMarked
package io.logagg.tls;

import org.jspecify.annotations.NullMarked;
