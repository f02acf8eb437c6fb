"""What every browser gets from us, job seeker or coach: static files, and the headers that guard a page."""
