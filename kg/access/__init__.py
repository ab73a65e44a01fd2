"""Who may see what: what is withheld, what a file would overrule of that, and what elsewhere would give it away."""
