"""Pages for people, declared once as blocks and written as HTML or PDF, on A4 or Letter."""
