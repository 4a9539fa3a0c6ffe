"""Lessons: read from files, played by runs, judged by what the runs do. No Qt."""
