"""Hold one rule a file, each with its sentences on top; `RULES` in `app.core.decide` lists them in order."""
