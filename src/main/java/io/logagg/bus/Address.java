package io.logagg.bus;

/**
 * A place on the bus that takes requests of one type and answers with another.
 *
 * @param <Q> the request, immutable
 * @param <A> the answer, immutable
 */
public record Address<Q, A>(String name, Class<Q> request, Class<A> answer) {}
