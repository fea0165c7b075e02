package io.logagg.stream;

/** How many entries there are on the stream and in the mirror of the dead letters. */
public record StreamDepth(long entries, long deadLetters) {}
