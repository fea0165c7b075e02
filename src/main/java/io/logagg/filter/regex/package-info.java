/**
 * Regular expressions of a dialect that PostgreSQL, RE2 and the automaton here, which looks through
 * blocks, understand alike. The first two are given text that was written anew from what was read,
 * with every character set spelt out, so that neither's own ideas of words, digits, lines or case
 * come into it. Neither can run away: there are no back-references, and counted repetitions are
 * limited.
 */
@NullMarked
package io.logagg.filter.regex;

import org.jspecify.annotations.NullMarked;
