package io.logagg.crash;

import java.util.List;

/**
 * What a round came to, in records.
 *
 * @param acknowledged good ones
 * @param stored rows
 * @param lost acknowledged and not stored
 * @param twice stored more than once
 * @param refusedButStored the answer said that nothing was taken
 * @param deadLetters of records made bad on purpose
 * @param damaged entries that noise has spoilt on their way, kept as dead letters
 * @param findings what is wrong, the first of each kind, for people
 */
record Verdict(
    long acknowledged,
    long unknown,
    long refused,
    long stored,
    long lost,
    long twice,
    long refusedButStored,
    long deadLetters,
    long damaged,
    List<String> findings) {}
