"""Reads a folder of plain text files into typed structures, and brings it into the database.

`folder.read_curriculum` checks everything and writes nothing; `loader.load_curriculum` writes what
was read, in one transaction. The format is described in fixtures/curriculum/README.md.
"""
