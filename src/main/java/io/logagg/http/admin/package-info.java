/** What is looked after by hand: apps, API keys and dead letters. */
@NullMarked
package io.logagg.http.admin;

import org.jspecify.annotations.NullMarked;
