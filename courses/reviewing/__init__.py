"""Reviews of contents: who reads what before it is released, and when it must be read again."""
