"""What it takes to run Followthrough in earnest, and to measure it."""
