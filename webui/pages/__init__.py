"""The pages: one module for each area, with a folder of templates of the same name."""
