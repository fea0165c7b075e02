package io.logagg.persistence;

/** An app as the catalog last saw it. */
record AppRef(int id, String name) {}
