package io.logagg.cli.screen;

import java.time.ZoneId;

/**
 * How records are shown.
 *
 * @param columns of a line; 0 for any, as a program may read it
 * @param zone of the times
 * @param oneLine whether each record is cut to one line
 */
public record Look(int columns, boolean coloured, ZoneId zone, boolean oneLine) {}
