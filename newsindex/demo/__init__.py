"""Sample pages that come with newsindex: text as scrapers leave it, in both languages."""
