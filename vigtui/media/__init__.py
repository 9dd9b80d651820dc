"""Films as files: what they are, how they come into the library, and films made up for practice and tests."""
