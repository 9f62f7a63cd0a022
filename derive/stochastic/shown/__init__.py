"""Results as a person would write them: short equal forms, abbreviations, rows of a table."""
