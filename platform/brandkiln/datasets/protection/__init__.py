"""Personal data, trash, lineage and erasure."""
