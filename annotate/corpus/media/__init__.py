"""Pictures, sounds and films: known by their first bytes, kept under their digest, named by lines of data sets."""
