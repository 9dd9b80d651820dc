"""What every test shares: properties are tried with the same examples each time, and write nothing beside the code."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "calm",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=50,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
settings.load_profile("calm")
