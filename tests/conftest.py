"""Property tests run on machines that are busy with other things: none fails for being slow."""

from hypothesis import HealthCheck, settings

# In CI Hypothesis loads a profile of its own, which does the same and draws the same examples every time.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
if settings.get_current_profile_name() == "default":
    settings.load_profile("busy")
