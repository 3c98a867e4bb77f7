"""Taking along what was made: articles as a zip of pages, and lists as CSV."""
