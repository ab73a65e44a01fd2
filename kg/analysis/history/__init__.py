"""Who held which position when: the trail of claims, and each voice's changes of position."""
