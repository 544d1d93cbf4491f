"""Quiz files and their vocabulary: read, checked with file, line and path, and turned into domain objects."""
