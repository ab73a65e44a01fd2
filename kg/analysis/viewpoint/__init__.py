"""Named sets of choices under which numbers are read, and what each number uses and leaves out."""
