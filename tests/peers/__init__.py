"""Real servers of Debian's, each a private instance in a directory of its own, on loopback and high ports."""
