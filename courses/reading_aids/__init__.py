"""Help for whoever writes: readability and the words of the content policy."""
