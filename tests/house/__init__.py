"""Rules of the house, checked on the tree itself."""
