"""Disputes for programs: the same doors and operations as the pages, and no more."""
