"""Full-text search for Russian and Ukrainian news."""
