"""A few units and all that is around them, worked out in plain Python: their rows, what they break, what follows.

The definitions are those of the tables, in SQL (`kg.store`, `kg.rules`, `kg.derive`, `kg.analysis`), which serve any
number of rows; planning those statements for a handful of rows takes longer than recording it. Tests hold the two
together on random records. What is rare, and what is many, is left to the SQL.
"""
