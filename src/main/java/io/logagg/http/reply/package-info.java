/**
 * What all answers are made of: JSON, problems in the words of the protocol that is spoken, and
 * large answers at their reader's pace. Knows no route.
 */
@NullMarked
package io.logagg.http.reply;

import org.jspecify.annotations.NullMarked;
