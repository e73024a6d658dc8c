"""Rules for the starter curriculum that go beyond what the loader must refuse.

The loader says whether a folder can be loaded; these rules say whether it is good enough to teach.
One module for each family of rules. Each rule reads what `read_curriculum` returned and the files
as they are written, never the database, and notes what it finds at its file and line.
"""
