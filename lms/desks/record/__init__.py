"""My record and my data: seen, corrected, taken along."""
