"""Share what every connector needs and no tracker owns: HTTP with retries, pacing, signatures."""
