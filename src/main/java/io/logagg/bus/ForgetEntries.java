package io.logagg.bus;

/**
 * The stream holds nothing older any more, so keys of older entries need not be remembered.
 *
 * @param beforeMs the milliseconds of the id of the first entry that the stream still has
 */
public record ForgetEntries(long beforeMs) {}
