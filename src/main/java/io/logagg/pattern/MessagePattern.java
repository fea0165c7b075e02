package io.logagg.pattern;

/**
 * Messages of one template.
 *
 * @param template with {@code <*>}, or what is known of its kind such as {@code <num>}, for what
 *     varies
 * @param count how many messages
 * @param tally what the user of {@link PatternMiner} keeps of them
 */
public record MessagePattern<T>(String template, long count, T tally) {}
