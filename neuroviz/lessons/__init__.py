"""Lessons: read from files, played by runs, and judged by what the runs do; no Qt."""
