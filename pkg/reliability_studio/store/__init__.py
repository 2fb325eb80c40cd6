"""What the plugin remembers: one set of SQLAlchemy Core statements for SQLite and PostgreSQL.

engine      opens a database, migrates it, hands out connections for reading and for writing
tables/     the schema
migrations/ how a database comes to that schema
search      the one place where the dialects differ in what a statement says
columns     columns of a table straight into a frame
marks       whether anything was committed between two moments
sharing     callers who want the same thing at the same moment share its making
paging      pages, and cursors that only fit the list that they were made for
the rest    one module per table group: statements and row mapping; no function commits
"""
