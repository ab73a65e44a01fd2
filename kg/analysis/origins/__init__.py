"""Independent origins: the network behind what is reported of an event, and how many disjoint chains it has."""
